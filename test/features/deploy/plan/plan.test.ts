import { describe, expect, it } from "vitest";
import { describePlan } from "../../../../src/features/deploy/plan/text.js";
import { unknownValue, valueChanges } from "../../../../src/features/deploy/plan/values.js";
import { type PlannedStep, viewOf } from "../../../../src/features/deploy/plan/view.js";

const digest = (letter: string) => `registry/hello@sha256:${letter.repeat(64)}`;

function containers(image: string, env: Record<string, string>): Record<string, unknown> {
  const environment = Object.entries(env).map(([name, value]) => ({ name, value }));
  const secrets = [{ name: "API_TOKEN", valueFrom: "arn:aws:ssm:us-east-1:111111111111:parameter/token" }];
  return { containerDefinitions: JSON.stringify([{ name: "web", image, environment, secrets }]), cpu: "256" };
}

function step(
  operation: PlannedStep["operation"],
  kind: string,
  name: string,
  more: Partial<PlannedStep> = {},
) {
  return { operation, type: `aws:x/y:${kind}`, name, protected: false, changed: [], replacedBy: [], ...more };
}

const revision = (before: Record<string, unknown>, after: Record<string, unknown>): PlannedStep => ({
  ...step("replace", "TaskDefinition", "web-task", { before, after, changed: ["containerDefinitions"] }),
  type: "aws:ecs/taskDefinition:TaskDefinition",
  replacedBy: ["containerDefinitions"],
});
const takesIt: PlannedStep = {
  ...step("update", "Service", "web", { changed: ["taskDefinition"] }),
  type: "aws:ecs/service:Service",
  before: { taskDefinition: "arn:...:1" },
  after: { taskDefinition: unknownValue },
};

const title = { stack: "dev", imageTag: "v2", deployedTag: "v1" };
const textOf = (steps: PlannedStep[], changes = {}) =>
  describePlan({ ...title, ...viewOf({ changes, steps }) });

describe("a plan for people", () => {
  it("tells an image alone in one line, the service's new revision with it", () => {
    const [v1, v2] = [{ MOORAGE_IMAGE_TAG: "v1" }, { MOORAGE_IMAGE_TAG: "v2" }];
    const steps = [revision(containers(digest("a"), v1), containers(digest("b"), v2)), takesIt];
    expect(textOf(steps, { update: 1, replace: 1, same: 9 })).toBe(
      [
        "dev from v1 to v2: 1 new task definition revision, 9 unchanged",
        "",
        "Images:",
        "  ~ web: v1 sha256:aaaaaaaaaaaa -> v2 sha256:bbbbbbbbbbbb",
        "",
      ].join("\n"),
    );
  });

  it("tells counts first, then what is taken away, then the rest", () => {
    const steps = [
      step("create", "LogGroup", "web-logs"),
      step("update", "TargetGroup", "web", {
        before: { p: { q: 1 } },
        after: { p: { q: 2 } },
        changed: ["p.q"],
      }),
      step("replace", "TargetGroup", "api", {
        replacedBy: ["port"],
        before: { port: 1 },
        after: { port: 2 },
      }),
      step("delete", "Role", "old"),
    ];
    const lines = textOf(steps).split("\n");
    expect(lines[0]).toBe("dev from v1 to v2: 1 to create, 1 to update, 1 to replace, 1 to delete");
    expect(lines.slice(2, 6)).toEqual([
      "Replacements and deletions:",
      "  ± TargetGroup api (because of port)",
      "      port: 1 -> 2",
      "  - Role old",
    ]);
    expect(lines.slice(7)).toEqual([
      "Changes:",
      "  + LogGroup web-logs",
      "  ~ TargetGroup web",
      "      p.q: 1 -> 2",
      "",
    ]);
  });

  it("sorts variables, and tells those that are new or taken out", () => {
    const steps = [
      revision(containers(digest("a"), { B: "1", Z: "1" }), containers(digest("a"), { Z: "2", A: "x" })),
    ];
    const lines = textOf(steps)
      .split("\n")
      .filter((line) => line.includes("env "));
    expect(lines.map((line) => line.trim())).toEqual([
      "env A: x (new)",
      "env B: 1 (taken out)",
      "env Z: 1 -> 2",
    ]);
  });

  it("says that a deployment would be refused, and why", () => {
    const replaced: PlannedStep = { ...takesIt, operation: "replace", replacedBy: ["launchType"] };
    expect(textOf([replaced])).toMatch(
      /A deployment would be refused:\n {2}The ECS service web would be deleted/,
    );
  });

  it("says that there are no changes", () => {
    expect(textOf([])).toBe("dev from v1 to v2: no changes\n");
    const never = { stack: "dev", imageTag: "v1", deployedTag: null };
    expect(describePlan({ ...never, ...viewOf({ changes: {}, steps: [] }) })).toMatch(
      /^dev, never deployed, with v1/,
    );
  });
});

describe("F28: a plan shows no secret", () => {
  it("hides variables whose names say that they hold one, and passwords in URLs; ARNs of secrets are none", () => {
    const before = containers(digest("a"), {
      DB_PASSWORD: "hunter2",
      GITHUB_TOKEN: "ghp_1",
      URL: "postgres://u:hunter2@db/x",
    });
    const after = containers(digest("a"), { DB_PASSWORD: "hunter3", URL: "postgres://u:hunter3@db/x" });
    const text = textOf([revision(before, { ...after, cpu: "512" })]);
    expect(text).not.toMatch(/hunter|ghp_/);
    expect(text).toContain("env DB_PASSWORD: [hidden] -> [hidden]");
    expect(text).toContain("env URL: postgres://[hidden]@db/x -> postgres://[hidden]@db/x");
  });

  it("says of a value that the engine masks only that it changes", () => {
    const masked = { value: "[secret]" };
    expect(valueChanges(masked, masked, ["value"])).toEqual([{ path: "value", before: null, after: null }]);
    expect(
      textOf([step("update", "Parameter", "p", { before: masked, after: masked, changed: ["value"] })]),
    ).toContain("value: changes");
  });
});

it("says of what only the update will tell that it is not known yet", () => {
  expect(valueChanges({ arn: "a" }, { arn: unknownValue }, [])[0]?.after).toBe("(known after it is created)");
});
