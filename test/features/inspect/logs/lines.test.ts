import { describe, expect, it } from "vitest";
import {
  lineJson,
  merged,
  SeenLines,
  type ServiceLine,
  textOf,
} from "../../../../src/features/inspect/logs/lines.js";

function line(id: string, timestamp: number, service = "web"): ServiceLine {
  return { id, timestamp, service, task: "0a1b", message: `line ${id}\n` };
}

describe("lines of several services", () => {
  it("are told in the order of time, and within a moment in their service's own", () => {
    const web = [line("a", 1), line("b", 5), line("c", 5)];
    const api = [line("x", 0, "api"), line("y", 5, "api")];
    expect(merged([web, api]).map(({ id }) => id)).toEqual(["x", "a", "b", "c", "y"]);
  });

  it("name the service in a column of its own", () => {
    expect(textOf(line("a", 0), 4)).toBe("1970-01-01T00:00:00.000Z web   line a");
    expect(lineJson(line("a", 0))).toMatchObject({ timestamp: "1970-01-01T00:00:00.000Z", service: "web" });
  });
});

describe("following", () => {
  it("tells each line once, late ones too, and looks back no further than it must", () => {
    const seen = new SeenLines(1_000);
    expect(seen.since).toBe(1_000);
    expect(seen.fresh([line("a", 1_500), line("b", 60_000)])).toHaveLength(2);
    expect(seen.since).toBe(50_000);
    expect(seen.fresh([line("late", 55_000), line("b", 60_000)]).map(({ id }) => id)).toEqual(["late"]);
  });

  it("keeps the same id of two services apart", () => {
    const seen = new SeenLines(0);
    expect(seen.fresh([line("a", 1), line("a", 1, "api")])).toHaveLength(2);
  });

  it("forgets lines that no later look can find again", () => {
    const seen = new SeenLines(0);
    seen.fresh(Array.from({ length: 1_000 }, (_, index) => line(String(index), index)));
    seen.fresh([line("new", 1_000_000)]);
    expect(Object.values(seen).find((value) => value instanceof Map)).toHaveProperty("size", 1);
  });
});
