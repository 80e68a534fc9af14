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
  clusterName,
  endpointGroupName,
  keyAlias,
} from "../../../stacks/components/foundation/names.js";
import { roleName } from "../../../stacks/components/names.js";
import { namesOf, rolesOf, taskRolesOf } from "../../../stacks/policies/scope.js";

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
  ["cluster", clusterName, /^[a-zA-Z0-9][\w-]{0,254}$/],
  ["role to build", (owner) => accessRoleName(owner, "build"), /^[\w+=,.@-]{1,64}$/],
  ["role to deploy", (owner) => accessRoleName(owner, "deploy", "acceptance-1"), /^[\w+=,.@-]{1,64}$/],
  ["boundary", boundaryName, /^[\w+=,.@-]{1,128}$/],
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
      fc.property(numbered, ({ owner, index }) => matches(balancerNames(owner), balancerName(owner, index))),
    );
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
          expect(matches(rolesOf({ app, stack: pattern }), name)).toBe(true);
          expect(taskRolesOf({ app, stack: pattern }).some((one) => matches(one, name))).toBe(true);
        }
      }),
    );
  });

  it("covers no name of another app whose name begins alike", () => {
    expect(matches(namesOf({ app: "my", stack: "dev" }), "my--app-web-dev")).toBe(true);
    expect(matches(namesOf({ app: "my-app", stack: "dev" }), "my-app-web-dev")).toBe(false);
  });
});

it("each load balancer has a domain of its own, below the foundation's", () => {
  expect([0, 1, 9].map((index) => balancerDomain("dev.example.com", index))).toEqual([
    "dev.example.com",
    "lb2.dev.example.com",
    "lb10.dev.example.com",
  ]);
});
