import { beforeEach, expect, it, onTestFinished } from "vitest";
import { Cloud } from "../../../../src/cloud.js";
import { Provider } from "../../../../src/provider/provider.js";
import type { Properties } from "../../../../src/provider/values.js";
import { resourceTypes } from "../../../../src/resources/index.js";
import { RecordedRows } from "../../../../src/resources/rows.js";
import { Store } from "../../../../src/store.js";
import { temporaryFolder } from "../../../../../../test/harness/folder.js";

const site = { account: "111111111111", region: "us-east-1" };
const seed = new Uint8Array([1, 2, 3, 4, 5]);

const tokens = {
  environment: "github:index/repositoryEnvironment:RepositoryEnvironment",
  policy: "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy",
  variable: "github:index/actionsVariable:ActionsVariable",
  environmentVariable: "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable",
  label: "github:index/issueLabel:IssueLabel",
  ruleset: "github:index/repositoryRuleset:RepositoryRuleset",
};
type Kind = keyof typeof tokens;

const inProd = { repository: "hello", environment: "prod" };
const branchRules = { repository: "hello", name: "main", target: "branch", enforcement: "active", rules: {} };

let provider: Provider;

beforeEach(() => {
  const store = Store.open(temporaryFolder());
  onTestFinished(() => store.flush());
  const rows = new RecordedRows(store);
  const uses = { cloud: new Cloud({}), rows, pace: { factor: 1000 }, types: resourceTypes };
  provider = new Provider({ ...uses, saved: () => store.flush() }, site);
});

const subject = (kind: Kind) => ({ type: tokens[kind], name: "x" });
const create = (kind: Kind, inputs: Properties) => provider.create(subject(kind), inputs);
const read = (kind: Kind, id: string) => provider.read(subject(kind), id, {}, {});

function replaced(kind: Kind, olds: Properties, news: Properties): string[] {
  const { changes } = provider.diff(subject(kind), olds, news);
  return [...changes].filter(([, { replace }]) => replace).map(([path]) => path);
}

it("ids are those of GitHub's provider, whose imports find what exists", async () => {
  const label = { repository: "hello", name: "deploy", color: "0e8a16" };
  const variable = { ...inProd, variableName: "AWS_REGION", value: "us-east-1" };
  expect((await create("environment", inProd)).id).toBe("hello:prod");
  expect((await create("policy", { ...inProd, tagPattern: "v*" })).id).toMatch(/^hello:prod:[0-9]+$/);
  expect((await create("variable", { repository: "hello", variableName: "A", value: "1" })).id).toBe(
    "hello:A",
  );
  expect((await create("environmentVariable", variable)).id).toBe("hello:prod:AWS_REGION");
  expect((await create("label", label)).id).toBe("hello:deploy");
  const { id } = await create("ruleset", branchRules);
  expect(await read("ruleset", `hello:${id}`)).toMatchObject({ id, inputs: { name: "main" } });
});

it("what a creation does twice: environments and labels are taken over, the rest is refused", async () => {
  await create("environment", inProd);
  await create("environment", { ...inProd, waitTimer: 5 });
  const variable = { repository: "hello", variableName: "A", value: "1" };
  await create("variable", variable);
  await expect(create("variable", variable)).rejects.toThrow("Variable already exists");
  await create("ruleset", branchRules);
  await expect(create("ruleset", branchRules)).rejects.toThrow("Name must be unique");
});

it("what belongs to an environment wants it, and goes with it", async () => {
  const inside = { ...inProd, variableName: "A", value: "1" };
  await expect(create("environmentVariable", inside)).rejects.toThrow("there is no environment prod");
  const { id, outputs } = await create("environment", inProd);
  const variable = await create("environmentVariable", inside);
  await provider.delete(subject("environment"), id, outputs);
  expect(await read("environmentVariable", variable.id)).toBeUndefined();
});

it.each<[Kind, Properties, Properties, string[]]>([
  ["environment", inProd, { ...inProd, waitTimer: 1 }, []],
  ["environment", inProd, { ...inProd, environment: "live" }, ["environment"]],
  ["policy", { ...inProd, branchPattern: "main" }, { ...inProd, branchPattern: "trunk" }, []],
  [
    "policy",
    { ...inProd, branchPattern: "main" },
    { ...inProd, tagPattern: "v*" },
    ["branchPattern", "tagPattern"],
  ],
  ["ruleset", branchRules, { ...branchRules, target: "tag" }, ["target"]],
  [
    "label",
    { repository: "a", name: "x", color: "000000" },
    { repository: "a", name: "y", color: "000000" },
    [],
  ],
])("%s %j -> %j replaces for %j", (kind, olds, news, expected) => {
  expect(replaced(kind, olds, news).sort()).toEqual(expected);
});

it.each<[Kind, Properties, string]>([
  ["environment", { ...inProd, waitTimer: 43_201 }, "waitTimer"],
  ["environment", { ...inProd, reviewers: [{ users: [1, 2, 3, 4], teams: [1, 2, 3] }] }, "reviewers"],
  ["environment", { ...inProd, colour: "red" }, "colour"],
  ["policy", { ...inProd, branchPattern: "main", tagPattern: "v*" }, ""],
  ["variable", { repository: "a", variableName: "GITHUB_X", value: "1" }, "variableName"],
  ["variable", { repository: "a", variableName: "X", value: "1".repeat(49_153) }, "value"],
  ["label", { repository: "a", name: "x", color: "#000000" }, "color"],
])("GitHub refuses %s %j for its %s", (kind, inputs, property) => {
  const { failures } = provider.check(subject(kind), {}, inputs, seed);
  expect(failures.map((failure) => failure.property)).toEqual([property]);
});
