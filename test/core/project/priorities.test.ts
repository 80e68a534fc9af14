import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bySpecificity, choosePriorities } from "../../../src/core/project/priorities.js";

const web = { service: "web", paths: ["/*"] };
const api = { service: "api", paths: ["/api/*"] };
const admin = { service: "admin", paths: ["/api/admin/*"] };

describe("listener rule priorities", () => {
  it("F16: are the same for the same question", () => {
    const ask = () => choosePriorities("pr-42.localhost", [web, api], [5, 6]);
    expect(ask()).toEqual(ask());
  });

  it("F16: are never taken, never twice, in range, and in the order of specificity", () => {
    const taken = fc.uniqueArray(fc.integer({ min: 1, max: 50_000 }), { maxLength: 100 });
    const current = fc.record(
      { web: fc.integer({ min: 1, max: 50_000 }), api: fc.integer({ min: 1, max: 50_000 }) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.domain(), taken, current, (host, taken, current) => {
        const chosen = choosePriorities(host, [web, api, admin], taken, current as Record<string, number>);
        const { admin: first = 0, api: second = 0, web: third = 0 } = chosen;
        expect(first).toBeGreaterThan(0);
        expect(first).toBeLessThan(second);
        expect(second).toBeLessThan(third);
        expect(third).toBeLessThanOrEqual(50_000);
        const fresh = Object.entries(chosen).filter(
          ([name, priority]) => (current as Record<string, number>)[name] !== priority,
        );
        expect(fresh.filter(([, priority]) => taken.includes(priority))).toEqual([]);
      }),
    );
  });

  it("F16: moves on from a place that another took", () => {
    const host = "pr-42.localhost";
    const first = choosePriorities(host, [web], []);
    const second = choosePriorities(host, [web], Object.values(first));
    expect(second["web"]).toBe((first["web"] ?? 0) + 1);
  });

  it("stay where they are", () => {
    const current = { web: 20, api: 10 };
    expect(choosePriorities("h", [web, api], [10, 20], current)).toEqual(current);
  });

  it("of a new service fit between those that stay", () => {
    const chosen = choosePriorities("h", [web, api, admin], [10, 20], { web: 20, admin: 10 });
    expect(chosen).toEqual({ admin: 10, api: 11, web: 20 });
  });

  it("are all chosen anew where there is no room between, away from their own old ones", () => {
    const chosen = choosePriorities("h", [web, api], [1], { web: 1 });
    expect(Object.values(chosen)).not.toContain(1);
    expect(chosen["api"]).toBeLessThan(chosen["web"] ?? 0);
  });

  it("of a service that is gone are free again", () => {
    expect(choosePriorities("h", [web], [10, 20], { web: 20, api: 10 })).toEqual({ web: 20 });
  });

  it("end with a clear error where the listener is full", () => {
    const all = Array.from({ length: 50_000 }, (_, index) => index + 1);
    expect(() => choosePriorities("h", [web], all)).toThrow(/no 1 free/);
  });

  it("put a whole path before its pattern", () => {
    const rules = [web, api, { service: "exact", paths: ["/api/"] }];
    expect(bySpecificity(rules).map(({ service }) => service)).toEqual(["exact", "api", "web"]);
  });
});
