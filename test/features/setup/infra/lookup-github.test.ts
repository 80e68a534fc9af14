import { beforeAll, beforeEach, expect, it } from "vitest";
import type { Context } from "../../../../src/context/context.js";
import type { StateDeployment, Row } from "../../../../src/adapters/engine/deployment.js";
import { findCreated } from "../../../../src/adapters/engine/find-created.js";
import { githubFinders } from "../../../../src/features/setup/infra/lookup-github.js";
import { lookupInfra } from "../../../../src/features/setup/infra/lookup.js";
import { silentReporter } from "../../../../src/core/reporter.js";
import { type Declared, run } from "../../../stacks/program.js";
import { environmentsOf } from "../../../fakes/github/environments.js";
import { settingsOf } from "../../../fakes/github/settings.js";
import { GitHubFake } from "../../../fakes/github/github.js";

const fake = await GitHubFake.open();
let declared: Declared[];

beforeAll(async () => {
  const config = {
    "aws:region": "eu-west-1",
    "github:owner": "acme",
    "moorage:app": "hello",
    "moorage:repository": "acme/hello",
    "moorage:triggers": { main: "dev", release: ["staging", "prod"] },
    "moorage:environments": {
      preview: {},
      dev: { variables: { TEAM: "shop" } },
      staging: {},
      prod: { reviewers: { users: ["ann"] }, branches: ["release/*"], variables: { TEAM: "shop" } },
    },
    "moorage:preview": { label: "please: deploy it" },
    "moorage:backend": "s3://state",
  };
  declared = (await run({ stack: "github", config })).declared.filter(({ type }) =>
    type.startsWith("github:"),
  );
});

beforeEach(() => {
  environmentsOf(fake).clear();
  // Of others, before ours on every list, and more than a page of them.
  const others = Array.from({ length: 101 }, (_, at) => `other-${at}`);
  Object.assign(settingsOf(fake), {
    labels: ["bug"],
    variables: { OTHER: "1" },
    environmentVariables: {},
    policies: {},
    rulesets: others.map((name, at) => ({ id: 1_000 + at, name })),
  });
});

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Makes it on GitHub, and gives the id by which `pulumi import` takes it. */
const make: Record<string, (inputs: Record<string, unknown>) => string> = {
  RepositoryEnvironment({ environment }) {
    environmentsOf(fake).set(textOf(environment), {});
    return `hello:${textOf(environment)}`;
  },
  RepositoryEnvironmentDeploymentPolicy({ environment, branchPattern, tagPattern }) {
    const name = textOf(environment);
    environmentsOf(fake).set(name, {});
    const [type, pattern] =
      branchPattern === undefined ? (["tag", tagPattern] as const) : (["branch", branchPattern] as const);
    const twin = type === "tag" ? ("branch" as const) : ("tag" as const);
    const filler = Array.from({ length: 100 }, (_, at) => ({ name: `x/${at}`, type }));
    // The same pattern of the other kind stands before it.
    const all = [{ name: textOf(pattern), type: twin }, ...filler, { name: textOf(pattern), type }];
    settingsOf(fake).policies = { ...settingsOf(fake).policies, [name]: all };
    return `hello:${name}:${all.length}`;
  },
  ActionsVariable({ variableName }) {
    settingsOf(fake).variables[textOf(variableName)] = "1";
    return `hello:${textOf(variableName)}`;
  },
  ActionsEnvironmentVariable({ environment, variableName }) {
    settingsOf(fake).environmentVariables[textOf(environment)] = { [textOf(variableName)]: "1" };
    return `hello:${textOf(environment)}:${textOf(variableName)}`;
  },
  IssueLabel({ name }) {
    settingsOf(fake).labels.push(textOf(name));
    return `hello:${textOf(name)}`;
  },
  RepositoryRuleset({ name }) {
    settingsOf(fake).rulesets.push({ id: 7, name: textOf(name) });
    return "hello:7";
  },
};

const kindOf = (type: string) => type.split(":").at(-1) ?? "";

function rowOf({ type, name, inputs }: Declared): Row {
  return { urn: `urn:pulumi:github::hello::${type}::${name}`, type, custom: true, inputs };
}

/** What the next run finds of it when the first was killed while it was being created. */
async function found(row: Row, token: string | undefined = "test-token") {
  const target = { github: { apiUrl: fake.apiUrl, token } };
  const context = { target, reporter: silentReporter, signal: new AbortController().signal, aws: {} };
  const lookup = lookupInfra(context as unknown as Context, { raw: { "github:owner": "acme" } });
  const deployment: StateDeployment = {
    version: 3,
    deployment: { resources: [], pending_operations: [{ resource: row, type: "creating" }] },
  };
  const { ids } = await findCreated(deployment, lookup, { stack: "github", settleMs: 0 });
  return ids.get(row.urn);
}

it("F41: the table has every type that the program declares, with each of its kinds", () => {
  const kinds = [...new Set(declared.map(({ type }) => type))].sort();
  expect(kinds).toEqual(Object.keys(githubFinders).sort());
  expect(kinds.map(kindOf).sort()).toEqual(Object.keys(make).sort());
  expect(declared.length).toBeGreaterThan(20);
});

it("F41: killed at each pending creation of the stack github, what was made is found, and nothing else", async () => {
  for (const one of declared) {
    const row = rowOf(one);
    expect([row.urn, await found(row)]).toEqual([row.urn, undefined]);
    const id = make[kindOf(one.type)]?.(one.inputs);
    expect([row.urn, await found(row)]).toEqual([row.urn, id]);
  }
});

const refusals: [string, { status: number; message: string }][] = [
  ["is refused", { status: 403, message: "Resource not accessible by personal access token" }],
  ["is not known", { status: 401, message: "Bad credentials" }],
];

it.each(refusals)(
  "F41: where the token %s, no creation is taken for undone",
  async (_why, { status, message }) => {
    for (const one of declared) {
      fake.plan(/^GET /, { status, body: { message } });
      await expect(found(rowOf(one)), one.name).rejects.toMatchObject({
        code: "pending-operations",
        message: expect.stringContaining(one.type) as string,
      });
    }
  },
);

it("F41: a repository that the token does not see proves nothing absent; nor does a run without a token", async () => {
  fake.repositories.delete(fake.repository);
  try {
    for (const one of declared) {
      await expect(found(rowOf(one)), one.name).rejects.toMatchObject({ code: "pending-operations" });
    }
  } finally {
    fake.repositories.add(fake.repository);
  }
  for (const one of declared) {
    await expect(found(rowOf(one), ""), one.name).rejects.toMatchObject({ code: "pending-operations" });
  }
});
