import { expect, it } from "vitest";
import { LiveView } from "../../src/cli/live-view.js";

it("keeps a line for each service below the phase, with its time, until the next phase", () => {
  const view = new LiveView();
  view.take({ kind: "step", text: "Rolling out web, api" }, 1_000);
  view.take({ kind: "progress", text: "web: 0 of 2 tasks running", subject: "web" }, 1_100);
  view.take({ kind: "progress", text: "api: 1 of 1 tasks running", subject: "api" }, 1_200);
  view.take({ kind: "detail", text: "web: has started 2 tasks" }, 1_300);
  view.take({ kind: "progress", text: "web: 1 of 2 tasks running", subject: "web" }, 3_000);
  expect(view.text(6_400)).toBe(
    "Rolling out web, api (5 s)\n  web: 1 of 2 tasks running\n  api: 1 of 1 tasks running",
  );
  view.take({ kind: "step", text: "Checking" }, 7_000);
  expect(view.text(7_100)).toBe("Checking");
});

it("shows progress that belongs to no phase", () => {
  const view = new LiveView();
  view.take({ kind: "progress", text: "building, 3 of 9" }, 0);
  expect(view.text(0)).toBe("  building, 3 of 9");
});
