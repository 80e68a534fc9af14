import { describe, expect, it } from "vitest";
import { estimate, objection, readSandbox } from "./guard.js";
import { journey, sweep } from "./journey.js";

const given = { account: "123456789012", domain: "sandbox.example.com", zone: "Z0123456789" };
const sandbox = readSandbox(given);

describe("the journey in a sandbox account", () => {
  it("wants an account, a domain and a zone, and names all that is missing", () => {
    expect(() => readSandbox({})).toThrow(/--account[\s\S]*--domain[\s\S]*--zone/);
    expect(() => readSandbox({ ...given, account: "12345" })).toThrow("--account");
    expect(() => readSandbox({ ...given, budget: "much" })).toThrow("--budget");
    expect(sandbox).toEqual({ ...given, region: "us-east-1", budget: 3 });
  });

  it("begins in no other account, over no budget, and beside nobody else", () => {
    expect(objection(sandbox, { account: "999999999999" }, [])).toContain("999999999999");
    expect(objection({ ...sandbox, budget: 0.01 }, sandbox, [])).toContain("--budget");
    expect(objection(sandbox, sandbox, ["arn:aws:ecs:1"])).toContain("arn:aws:ecs:1");
    expect(objection(sandbox, sandbox, [])).toBeUndefined();
  });

  it("costs more the longer it lasts", () => {
    expect(estimate(240)).toBeGreaterThan(estimate(120));
    expect(estimate()).toBeLessThan(sandbox.budget);
  });

  it("sweeps every stack that it makes, what stands on another first", () => {
    const named = (steps: { args: string[] }[], verb: string) =>
      steps.filter(({ args }) => args.join(" ").startsWith(verb)).map(({ args }) => args[2] ?? args[1]);
    expect(named(sweep, "infra destroy")).toEqual(["dev", "foundation-dev"]);
    expect(named(journey(sandbox), "infra up")).toEqual(["foundation-dev"]);
    expect(sweep[0]?.args.slice(0, 2)).toEqual(["preview", "destroy"]);
  });
});
