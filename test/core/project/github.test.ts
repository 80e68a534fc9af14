import { expect, it } from "vitest";
import { parseGitHubConfig } from "../../../src/core/project/github.js";

function parse(changes: Record<string, unknown>) {
  return parseGitHubConfig({ "moorage:repository": "acme/hello", ...changes }, "Pulumi.github.yaml");
}

it("takes what Pulumi.yaml says for all stacks, and reads the triggers and the label in it", () => {
  const config = parse({
    "moorage:app": "hello",
    "moorage:smoke": { path: "/healthz" },
    "moorage:triggers": { main: "dev" },
  });
  expect(config.triggers.release).toEqual(["staging", "prod"]);
  expect(config.preview.label).toBe("deploy");
  expect(config.main).toMatchObject({ branch: "main", approvals: 1, upToDate: true });
});

it("tells all mistakes at once, each with its path", () => {
  const reviewers = { users: ["a", "b", "c", "d"], teams: ["e", "f", "g"] };
  const changes = {
    "moorage:repository": "hello",
    "moorage:enviroments": {},
    "moorage:environments": { prod: { wait: "90s", reviewers }, dev: { variables: { github_x: "1" } } },
    "moorage:main": { aprovals: 1 },
  };
  expect(() => parse(changes)).toThrow(
    expect.objectContaining({
      code: "config-invalid",
      message: [
        "Pulumi.github.yaml has 6 mistakes:",
        '  - moorage:repository: found "hello"; must be a repository with its owner, such as acme/hello',
        '  - moorage:environments.prod.wait: found "90s"; must be a time of at most 30 days such as "30m", "12h" or "2d"',
        "  - moorage:environments.dev.variables.github_x: is not a valid name: must be a variable's name: capitals, digits and underscores, not beginning with GITHUB_",
        '  - moorage:main: "aprovals" is not a setting (did you mean "approvals"?)',
        '  - moorage: "enviroments" is not a setting (did you mean "environments"?)',
        "  - moorage:environments.prod.reviewers: must be at most 6 users and teams together",
      ].join("\n"),
    }),
  );
});

it.each([
  ["no environment is described", {}],
  ["it has neither", { "moorage:environments": { prod: {} } }],
])("F35: an approval that nobody gives is a mistake: %s", (_, changes) => {
  expect(() => parse({ "moorage:release": { prod: "approval" }, ...changes })).toThrow(
    "moorage:environments.prod: needs reviewers or a wait",
  );
});

it.each([
  ["a reviewer", { prod: { reviewers: { users: ["ann"] } } }],
  ["a wait", { prod: { wait: "30m" } }],
  ["an environment that others make", { dev: {} }],
])("an approval is content with %s", (_, environments) => {
  const changes = { "moorage:release": { prod: "approval" }, "moorage:environments": environments };
  expect(() => parse(changes)).not.toThrow();
});
