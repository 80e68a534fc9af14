import { expect, it } from "vitest";
import { capacityOf, needsForce, type Share } from "../../../src/core/project/capacity.js";
import { sourceFiles } from "../../harness/sources.js";
import { inPlace } from "../../../src/features/deploy/in-place.js";

const onDemand: Share = { capacityProvider: "FARGATE", weight: 1, base: 0 };
const spot: Share = { capacityProvider: "FARGATE_SPOT", weight: 1 };
const wanted = [onDemand, spot];

it.each<[string, Share[] | undefined, boolean]>([
  ["of a new service", undefined, false],
  [
    "that is in place, in another order, zeros left out",
    [
      { ...spot, base: 0 },
      { capacityProvider: "FARGATE", weight: 1 },
    ],
    false,
  ],
  ["with another weight", [{ ...onDemand, weight: 2 }, spot], true],
  ["with another base", [{ ...onDemand, base: 1 }, spot], true],
  ["of other providers", [onDemand], true],
])("provider 1: a strategy %s: forced %s", (_title, inPlace, forced) => {
  expect(needsForce(wanted, inPlace)).toBe(forced);
});

it("provider 1: what is in place is read from the state, by service", () => {
  const row = (name: string, outputs: object) => ({
    urn: `urn:pulumi:dev::hello::aws:ecs/service:Service::${name}`,
    type: "aws:ecs/service:Service",
    name,
    inputs: {},
    outputs: { ...outputs },
  });
  const rows = [row("web", { capacityProviderStrategies: wanted }), row("old", {})];
  expect(inPlace(rows).capacity).toEqual({ web: wanted });
});

it.each([
  ["on demand", { capacityProvider: "FARGATE" as const }, ["FARGATE"], 0.5],
  ["on Spot", { capacityProvider: "FARGATE_SPOT" as const }, ["FARGATE_SPOT"], 0],
  [
    "a share on Spot",
    { capacityProvider: "FARGATE" as const, spot: { base: 1, percent: 75 } },
    ["FARGATE", "FARGATE_SPOT"],
    0.5,
  ],
])(
  "structure f: tasks %s: providers and what counts towards the quota",
  (_title, settings, providers, vcpus) => {
    const { strategy, vcpusOnDemand } = capacityOf({ ...settings, cpu: 512 });
    expect(strategy.map(({ capacityProvider }) => capacityProvider)).toEqual(providers);
    expect(vcpusOnDemand).toBe(vcpus);
  },
);

it("structure f: only a kind of capacity knows its providers and launch type by name", () => {
  const named = sourceFiles().filter(({ text }) => /["'`]FARGATE(_SPOT)?["'`]/.test(text));
  expect(named.map(({ path }) => path).sort()).toEqual([
    "packages/local-aws/src/services/ecs/fargate.ts",
    "src/core/project/capacity.ts",
    "src/core/project/fargate.ts",
  ]);
});
