import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type FoundationOwner,
  accessRoleName,
  balancerDomain,
  balancerGroupName,
  balancerName,
  balancerNames,
  boundaryName,
  foundationClusterName,
  endpointGroupName,
  keyAlias,
} from "../../../stacks/components/foundation/names.js";
import {
  alarmKinds,
  alarmName,
  type NameOwner,
  roleName,
  serviceName,
} from "../../../src/core/project/aws-names.js";
import { stackKind } from "../../../src/core/project/stack-kind.js";
import { namesOf, taskRolesOf } from "../../../stacks/policies/scope.js";

const word = fc
  .stringMatching(/^[a-z][a-z0-9]{0,9}(-[a-z0-9]{1,9}){0,2}$/)
  .filter((name) => name.length <= 32);
const short = word.filter((name) => name.length <= 20);
const owner: fc.Arbitrary<FoundationOwner> = fc.record({ app: word, foundation: short });

/** Every name of a foundation with what AWS allows for it. */
const makers: [string, (owner: FoundationOwner) => string, RegExp][] = [
  ["load balancer", (owner) => balancerName(owner, 0), /^(?!-|internal-)[A-Za-z0-9-]{1,32}(?<!-)$/],
  ["tenth load balancer", (owner) => balancerName(owner, 9), /^(?!-|internal-)[A-Za-z0-9-]{1,32}(?<!-)$/],
  ["security group of load balancers", balancerGroupName, /^(?!sg-)[\w .:/()#,@[\]+=&;{}!$*-]{1,255}$/],
  ["security group of endpoints", endpointGroupName, /^(?!sg-)[\w .:/()#,@[\]+=&;{}!$*-]{1,255}$/],
  ["cluster", foundationClusterName, /^[a-zA-Z0-9][\w-]{0,254}$/],
  ["role to build", (owner) => accessRoleName(owner, "build"), /^[\w+=,.@-]{1,64}$/],
  ["role to deploy", (owner) => accessRoleName(owner, "deploy", "acceptance-1"), /^[\w+=,.@-]{1,64}$/],
  ["boundary", (owner) => boundaryName(owner, "acceptance-1"), /^[\w+=,.@-]{1,128}$/],
  ["key's alias", keyAlias, /^alias\/(?!aws\/)[a-zA-Z0-9/_-]{1,250}$/],
];

describe.each(makers)("the name of a %s", (_kind, name, allowed) => {
  it("F26: keeps AWS's rules", () => {
    fc.assert(fc.property(owner, (owner) => allowed.test(name(owner))));
  });

  it("differs where its owner does, also where hyphens stand elsewhere", () => {
    const parts = fc.array(fc.constantFrom("a", "b", "build", "7"), { minLength: 2, maxLength: 5 });
    const cut = parts.chain((parts) =>
      fc.integer({ min: 1, max: parts.length - 1 }).map((at) => ({
        app: parts.slice(0, at).join("-"),
        foundation: parts.slice(at).join("-"),
      })),
    );
    fc.assert(
      fc.property(cut, cut, (one, two) => {
        expect(name(one) === name(two)).toBe(JSON.stringify(one) === JSON.stringify(two));
      }),
    );
  });
});

it("all names of IAM's one space differ: of roles of several environments, foundations and services", () => {
  const others = fc.record({ app: word, foundation: short, environment: short, service: word });
  fc.assert(
    fc.property(others, ({ app, foundation, environment, service }) => {
      const names = [
        accessRoleName({ app, foundation }, "build"),
        accessRoleName({ app, foundation }, "preview"),
        accessRoleName({ app, foundation }, "deploy", environment),
        accessRoleName({ app, foundation }, "deploy", `${environment}x`),
        roleName({ app, service, stack: environment }, "task"),
        roleName({ app, service, stack: environment }, "execution"),
      ];
      expect(new Set(names).size).toBe(names.length);
    }),
  );
});

const matches = (pattern: string, name: string) =>
  new RegExp(`^${pattern.replaceAll("*", ".*").replaceAll("?", ".")}$`).test(name);

const pr = fc.integer({ min: 1, max: 9_999_999 }).map((number) => `pr-${number}`);

describe("what policies name", () => {
  it("covers every load balancer of the foundation", () => {
    const numbered = fc.record({ owner, index: fc.integer({ min: 0, max: 9 }) });
    fc.assert(
      fc.property(numbered, ({ owner, index }) =>
        balancerNames(owner).some((pattern) => matches(pattern, balancerName(owner, index))),
      ),
    );
  });

  it("correctness 7: covers no load balancer of an app whose name ends alike", () => {
    const other = balancerName({ app: "my-hello", foundation: "dev" }, 0);
    const patterns = balancerNames({ app: "hello", foundation: "dev" });
    expect(patterns.some((pattern) => matches(pattern, other))).toBe(false);
  });

  it("covers the roles of every service's tasks, however long the names are, in environments and previews", () => {
    const stacks = fc.oneof(
      short.map((stack) => ({ stack, pattern: stack })),
      pr.map((stack) => ({ stack, pattern: "pr-*" })),
    );
    fc.assert(
      fc.property(word, word, stacks, (app, service, { stack, pattern }) => {
        for (const role of ["task", "execution"] as const) {
          const name = roleName({ app, service, stack }, role);
          expect(matches(namesOf({ app, stack: pattern }), name)).toBe(true);
          expect(taskRolesOf({ app, stack: pattern }).some((one) => matches(one, name))).toBe(true);
        }
      }),
    );
  });

  /** Words that begin, end and hold one another, which patterns mix up where names are joined carelessly. */
  const pieces = fc.array(fc.constantFrom("hello", "world", "eu", "dev", "task", "pr"), {
    minLength: 1,
    maxLength: 3,
  });
  const nested = pieces.map((some) => some.join("-"));
  const environment = nested.filter((name) => stackKind(name) === "environment");
  const anyStack = fc.oneof(environment, pr);
  const longWord = fc.constantFrom("s".repeat(32), "a-".repeat(15) + "aa");
  const anyOwner = fc.record({
    app: fc.oneof(nested, longWord),
    service: fc.oneof(nested, longWord),
    stack: anyStack,
  });
  const everyName = (owner: NameOwner) => [
    serviceName(owner),
    roleName(owner, "task"),
    roleName(owner, "execution"),
    ...alarmKinds.map((kind) => alarmName(owner, kind)),
  ];

  it("correctness 7: covers every name of its own app and stack, and none of another app's or stack's", () => {
    const scope = fc.record({
      app: fc.oneof(nested, longWord),
      stack: fc.oneof(environment, fc.constant("pr-*")),
    });
    fc.assert(
      fc.property(scope, anyOwner, ({ app, stack }, owner) => {
        const isOwnStack = stack === "pr-*" ? stackKind(owner.stack) === "preview" : owner.stack === stack;
        const isOwn = owner.app === app && isOwnStack;
        for (const name of everyName(owner)) expect(matches(namesOf({ app, stack }), name)).toBe(isOwn);
        const own = { ...owner, app, stack: stack === "pr-*" ? "pr-42" : stack };
        for (const name of everyName(own)) expect(matches(namesOf({ app, stack }), name)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("correctness 7: hello and hello-world, dev and eu-dev", () => {
    const pattern = namesOf({ app: "hello", stack: "dev" });
    const names = (app: string, stack: string) => serviceName({ app, service: "web", stack });
    expect([names("hello", "dev"), names("hello-world", "dev"), names("hello", "eu-dev")]).toEqual([
      "hello-web-dev",
      "hello_world-web-dev",
      "hello-web-eu_dev",
    ]);
    expect(matches(pattern, names("hello", "dev"))).toBe(true);
    expect(matches(pattern, names("hello-world", "dev"))).toBe(false);
    expect(matches(pattern, names("hello", "eu-dev"))).toBe(false);
  });
});

it("each load balancer has a domain of its own, below the foundation's", () => {
  expect([0, 1, 9].map((index) => balancerDomain("dev.example.com", index))).toEqual([
    "dev.example.com",
    "lb2.dev.example.com",
    "lb10.dev.example.com",
  ]);
});
