import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type NameOwner,
  alarmKinds,
  alarmName,
  logGroupName,
  roleName,
  securityGroupName,
  serviceName,
  targetGroupName,
} from "../../../src/core/project/aws-names.js";

/** Up to the 32 characters that the configuration allows. */
const word = fc
  .stringMatching(/^[a-z][a-z0-9]{0,15}(-[a-z0-9]{1,15}){0,3}$/)
  .map((name) => name.slice(0, 32).replace(/-$/, ""));
const stack = fc.oneof(
  fc.integer({ min: 1, max: 9_999_999 }).map((pr) => `pr-${pr}`),
  word.filter((name) => name.length <= 20),
);
const owner: fc.Arbitrary<NameOwner> = fc.record({ app: word, service: word, stack });

/** Every name of an owner with what AWS allows for it. */
type Maker = [kind: string, name: (owner: NameOwner) => string, allowed: RegExp];
const makers: Maker[] = [
  [
    "target group",
    (owner) => targetGroupName(owner, ["vpc-1", 8080, "HTTP"]),
    /^(?!-)[A-Za-z0-9-]{1,32}(?<!-)$/,
  ],
  ["execution role", (owner) => roleName(owner, "execution"), /^[\w+=,.@-]{1,64}$/],
  ["task role", (owner) => roleName(owner, "task"), /^[\w+=,.@-]{1,64}$/],
  ["service", serviceName, /^[a-zA-Z0-9][\w-]{0,254}$/],
  [
    "security group",
    (owner) => securityGroupName(owner, ["vpc-1"]),
    /^(?!sg-)[\w .:/()#,@[\]+=&;{}!$*-]{1,255}$/,
  ],
  ...alarmKinds.map((kind): Maker => [`${kind} alarm`, (owner) => alarmName(owner, kind), /^.{1,255}$/]),
  ["log group", (owner) => logGroupName(owner, "/ecs"), /^[\w./#-]{1,512}$/],
];

describe.each(makers)("the name of a %s", (_kind, name, allowed) => {
  it("F26: keeps AWS's rules", () => {
    fc.assert(fc.property(owner, (owner) => allowed.test(name(owner))));
  });

  it("is stable", () => {
    fc.assert(fc.property(owner, (owner) => name(owner) === name({ ...owner })));
  });

  it("ends with its stack's, unless the stack comes first", () => {
    const pr = owner.map((owner) => ({ ...owner, stack: "pr-1234567" }));
    fc.assert(fc.property(pr, (owner) => /-pr-1234567$|^\/ecs\/pr-1234567\//.test(name(owner))));
  });
});

/** Log groups do not name the app (design: `/ecs/<env>/<service>`). */
describe.each(makers.slice(0, -1))("names of two %ss", (_kind, name) => {
  it("differ where their owners do, also where hyphens stand elsewhere", () => {
    const parts = fc.array(fc.constantFrom("a", "b", "pr", "7"), { minLength: 3, maxLength: 6 });
    const cut = parts.chain((parts) =>
      fc
        .record({
          first: fc.integer({ min: 1, max: parts.length - 2 }),
          last: fc.integer({ min: 1, max: 5 }),
        })
        .map(({ first, last }) => {
          const second = Math.min(parts.length - 1, first + last);
          const [app, service, stack] = [
            parts.slice(0, first),
            parts.slice(first, second),
            parts.slice(second),
          ].map((part) => part.join("-"));
          return { app, service, stack } as NameOwner;
        }),
    );
    fc.assert(
      fc.property(cut, cut, (one, two) => {
        const same = JSON.stringify(one) === JSON.stringify(two);
        expect(name(one) === name(two)).toBe(same);
      }),
    );
  });

  it("differ for long names that begin alike", () => {
    const long = { app: "a".repeat(32), service: "s".repeat(32), stack: "pr-9999999" };
    const names = [long, { ...long, service: `${"s".repeat(31)}t` }, { ...long, stack: "pr-9999998" }].map(
      name,
    );
    expect(new Set(names).size).toBe(3);
  });
});

it("F26: no two names of one stack are the same, whatever they name", () => {
  fc.assert(
    fc.property(owner, (owner) => {
      const names = makers.map(([kind, name]) => `${kind.replace(/^\w+ (?=role|alarm)/, "")} ${name(owner)}`);
      expect(new Set(names).size).toBe(makers.length);
    }),
  );
});

it("log groups of two apps differ by their prefixes, and by nothing else", () => {
  const [hello, shop] = [
    { app: "hello", service: "web", stack: "dev" },
    { app: "shop", service: "web", stack: "dev" },
  ];
  expect(logGroupName(hello, "/ecs")).toBe(logGroupName(shop, "/ecs"));
  expect(logGroupName(hello, "/ecs/hello")).not.toBe(logGroupName(shop, "/ecs/shop"));
});

it("what forces a replacement makes another name", () => {
  const web = { app: "hello", service: "web", stack: "dev" };
  const names = [8080, 8081].map((port) => targetGroupName(web, ["vpc-1", port, "HTTP"]));
  expect(new Set(names).size).toBe(2);
});

it("reads as a person expects", () => {
  expect(serviceName({ app: "hello", service: "web", stack: "pr-42" })).toBe("hello-web-pr-42");
  expect(roleName({ app: "my-app", service: "web", stack: "dev" }, "task")).toBe("my_app-web-task-dev");
});
