import { describe, expect, it } from "vitest";
import { calls } from "../../../stacks/policies/calls.js";
import {
  mostCharacters,
  type Part,
  policyParts,
  policyOf,
  policyText,
} from "../../../stacks/policies/generate.js";
import { scopeOf } from "./samples.js";
import { driverActions, usedTypes } from "./used.js";

describe("the table of calls", () => {
  const callers = new Set(Object.values(calls).flatMap(({ by }) => by));

  it("has every operation of the driver's SDK clients", () => {
    expect(driverActions().length).toBeGreaterThan(40);
    const missing = driverActions().filter((action) => !calls[action]?.by.includes("driver"));
    expect(missing).toEqual([]);
  });

  it("lets the driver do nothing that it does not do", () => {
    const actions = driverActions();
    const listed = Object.entries(calls).filter(([, { by }]) => by.includes("driver"));
    // What other calls ask of AWS: RunTask passes roles, S3 uses the bucket's key.
    const extra = listed.map(([action]) => action).filter((action) => !actions.includes(action));
    expect(extra).toEqual(["iam:PassRole", "kms:GenerateDataKey"]);
  });

  it("has every resource type and data source of environments and previews", () => {
    const used = usedTypes("stacks", /foundation|github/);
    expect(used.length).toBeGreaterThan(10);
    expect(used.filter((token) => !callers.has(token as never))).toEqual([]);
  });

  it("grants nothing for a type that no program uses, nor for one that only people make", () => {
    const used: string[] = usedTypes("stacks", /foundation|github/);
    const others = [...callers].filter((caller) => caller.startsWith("aws:") && !used.includes(caller));
    expect(others).toEqual([]);
  });
});

/** A statement may name resources of several services; an action goes to its own service's alone. */
function isFor(action: string, resource: string): boolean {
  return resource === "*" || resource.split(":")[2] === action.split(":", 1)[0];
}

describe("a role's policies", () => {
  /** Names of 20 characters, of environments of 12, in a partition and a region with long names. */
  const long = {
    app: "a-shop-with-services",
    project: "a-shop-with-services",
    partition: "aws-us-gov",
    region: "us-gov-west-1",
    balancers: "lb*-a-shop-with-services",
    cluster: "arn:aws-us-gov:ecs:us-gov-west-1:111111111111:cluster/a--shop--with--services-acceptance-1",
    sources: ["arn:aws-us-gov:ecr:*:999999999999:repository/a-shop-with-services"],
    repositories: Array.from(
      { length: 10 },
      (_, index) => `arn:aws-us-gov:ecr:us-gov-west-1:111111111111:repository/a-shop-with-services/${index}`,
    ),
  };

  /** The same on a foundation of another project. */
  const elsewhere = {
    ...long,
    state: {
      bucket: "hello-state",
      key: "arn:aws-us-gov:kms:us-gov-west-1:111111111111:key/1",
      reads: ["a-platform-of-services/foundation-acceptance-1"],
    },
  };

  it.each(["build", "preview", "deploy", "plan", "infra"] as const)(
    "of the role to %s fit, with long names too",
    (access) => {
      const stack = access === "preview" ? "pr-*" : "acceptance-1";
      for (const part of policyParts(access)) {
        expect(policyText(access, scopeOf("dev"), part).length).toBeLessThan(mostCharacters[part]);
        expect(policyText(access, scopeOf(stack, long), part).length).toBeLessThan(mostCharacters[part]);
        expect(policyText(access, scopeOf(stack, elsewhere), part).length).toBeLessThan(mostCharacters[part]);
      }
    },
  );

  it("leave room for calls to come in each part of who deploys", () => {
    for (const part of policyParts("deploy")) {
      const { length } = policyText("deploy", scopeOf("acceptance-1", elsewhere), part);
      expect(mostCharacters[part] - length).toBeGreaterThan(1500);
    }
  });

  it("that IAM would refuse are refused before, with what would help", () => {
    const many = Array.from({ length: 200 }, (_, index) => `${long.repositories[0] ?? ""}${index}`);
    const scope = scopeOf("dev", { repositories: many });
    expect(() => policyText("deploy", scope, "beside")).toThrow(/IAM takes 6144: .*fewer repositories/);
    expect(() => policyText("build", scope, "own")).toThrow(/IAM takes 10240: .*fewer repositories/);
  });

  it("that IAM would refuse are refused before: the stack's own, with names that are too long", () => {
    const scope = scopeOf("dev", { ...long, app: "a".repeat(400) });
    expect(() => policyText("deploy", scope, "own")).toThrow(/IAM takes 10240: shorten moorage:app/);
  });

  it.each(["build", "build-previews", "preview", "deploy", "plan", "infra"] as const)(
    "of the role to %s hold in their parts what the table says, and none is empty",
    (access) => {
      const scope = scopeOf(access === "preview" ? "pr-*" : "dev");
      const pairs = (...parts: (Part | undefined)[]) =>
        parts
          .flatMap((part) => policyOf(access, scope, part).Statement)
          .flatMap(({ Action, Resource }) =>
            Resource.flatMap((one) =>
              Action.filter((action) => isFor(action, one)).map((action) => `${action} ${one}`),
            ),
          );
      const whole = new Set(pairs(undefined));
      // Parts allow nothing more than the whole; and each action of the whole is in one of them.
      for (const pair of pairs(...policyParts(access))) expect(whole).toContain(pair);
      const actions = (all: Iterable<string>) =>
        [...new Set([...all].map((pair) => pair.split(" ", 1)[0]))].sort();
      expect(actions(pairs(...policyParts(access)))).toEqual(actions(whole));
      for (const part of policyParts(access)) expect(policyOf(access, scope, part).Statement).not.toEqual([]);
    },
  );
});
