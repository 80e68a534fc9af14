import { beforeEach, expect, it } from "vitest";
import { openGitHub } from "../../../src/adapters/github/client.js";
import { endDeployments } from "../../../src/adapters/github/deployments.js";
import { deploymentPolicies } from "../../../src/adapters/github/environment-policies.js";
import { endFormerDeployments } from "../../../src/adapters/github/former-deployments.js";
import { rulesetNumber } from "../../../src/adapters/github/rulesets.js";
import { secretNames, variablesOf } from "../../../src/adapters/github/settings.js";
import { environmentsOf } from "../../fakes/github/environments.js";
import { settingsOf } from "../../fakes/github/settings.js";
import { GitHubFake } from "../../fakes/github/github.js";
import { githubTime } from "../../fakes/github/route.js";
import { silentReporter } from "../../../src/core/reporter.js";

const fake = await GitHubFake.open();
const access = { repository: { owner: "acme", repo: "hello" }, token: "test-token", apiUrl: fake.apiUrl };
const open = () => openGitHub(access, { reporter: silentReporter, pace: { spaced: false, secondMs: 1 } });

beforeEach(() => {
  fake.deployments.length = 0;
  fake.requests.length = 0;
});

/** `V000`, `V001`, ...: the last of them stands on a page of its own. */
const named = (count: number) => Array.from({ length: count }, (_, at) => `V${String(at).padStart(3, "0")}`);

it("F43: the 101st ruleset, pattern, secret and variable is found as the first is", async () => {
  const names = named(101);
  environmentsOf(fake).set("prod", {});
  Object.assign(settingsOf(fake), {
    rulesets: names.map((name, at) => ({ id: at + 1, name })),
    secrets: names,
    policies: { prod: names.map((name) => ({ name, type: "branch" })) },
    variables: Object.fromEntries(names.map((name) => [name, name])),
    environmentVariables: { prod: Object.fromEntries(names.map((name) => [name, name])) },
  });
  const github = open();
  expect(await rulesetNumber(github, "V100")).toBe(101);
  expect((await deploymentPolicies(github, "prod")).at(-1)).toMatchObject({ id: 101, name: "V100" });
  expect(await secretNames(github)).toEqual(names);
  expect(Object.keys(await variablesOf(github))).toEqual(names);
  expect(Object.keys(await variablesOf(github, "prod"))).toEqual(names);
});

const target = { project: "hello", environment: "prod", stack: "prod" };

/** Deployments of one stack, the oldest first: whether each still counts as running. */
function deployed(stack: string, states: readonly ("success" | "inactive" | "failure")[]): number {
  for (const state of states) {
    const id = fake.id();
    const createdAt = githubTime();
    const status = { id: fake.id(), state, environmentUrl: "", logUrl: "", description: "", createdAt };
    fake.deployments.push({
      id,
      ref: "a".repeat(40),
      task: `deploy:hello/${stack}`,
      environment: "prod",
      description: null,
      payload: {},
      transient: false,
      production: true,
      createdAt,
      statuses: [{ ...status, autoInactive: false }],
    });
  }
  return fake.deployments.at(-1)?.id ?? 0;
}

const running = (stack: string) =>
  fake.deployments
    .filter(({ task, statuses }) => task.endsWith(`/${stack}`) && statuses.at(-1)?.state === "success")
    .map(({ id }) => id);
const many = (count: number, state: "inactive" | "failure") => Array.from({ length: count }, () => state);

it.each([
  ["behind a hundred failures", [], ["success", ...many(100, "failure"), "success"]],
  ["behind other stacks' deployments", many(150, "inactive"), ["success", "success"]],
  [
    "of before the page that has one",
    [],
    ["success", ...many(60, "inactive"), "success", ...many(50, "failure"), "success"],
  ],
] as const)("F43: what a deployment has replaced is ended: %s", async (_where, others, own) => {
  const first = deployed("prod", own.slice(0, 1));
  deployed("other", others);
  const current = deployed("prod", own.slice(1));
  expect(running("prod")).toContain(first);
  await endFormerDeployments(open(), target, current, "https://ci.example.com");
  expect(running("prod")).toEqual([current]);
});

it("a deployment looks no further back than a page that has ended already", async () => {
  const current = deployed("prod", [...many(500, "inactive"), "success"]);
  await endFormerDeployments(open(), target, current, "https://ci.example.com");
  expect(fake.requests).toHaveLength(2);
});

it("F43: all 101 deployments of a preview end with it", async () => {
  deployed(
    "prod",
    Array.from({ length: 101 }, () => "success" as const),
  );
  await endDeployments(open(), target, "https://ci.example.com");
  expect(running("prod")).toEqual([]);
});
