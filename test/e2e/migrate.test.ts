import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { DescribeTasksCommand, ECSClient, ListClustersCommand, ListTasksCommand } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { errorCodes } from "../../src/core/error-codes/index.js";
import { fetchAnswer } from "../../src/features/deploy/smoke/probe.js";
import { writeApp } from "../harness/apps.js";
import type { DeployJson } from "../harness/environment.js";
import { eventually } from "../harness/eventually.js";
import { interruptible, jsonOf, problemOf } from "../harness/command.js";
import { connectionOf, type LocalConnection } from "../harness/local-connection.js";
import { Sandbox } from "../harness/sandbox.js";

const timeout = 40_000;
let sandbox: Sandbox;
let client: LocalConnection;

/** What the migration does is said by a file; what it did stands in another. */
const file = (name: string) => join(sandbox.folder, name);
const migrated = () =>
  existsSync(file("done")) ? readFileSync(file("done"), "utf8").trim().split("\n") : [];
const deploy = (tag: string) => ["deploy", "dev", "--tag", tag];
const answer = async (url: string) => (await fetchAnswer(url, 5_000)).body;

beforeAll(async () => {
  sandbox = new Sandbox();
  for (const tag of ["v1", "v2"]) {
    const app = writeApp(
      file(tag),
      `/* ${tag} */ response.end(process.env.MOORAGE_IMAGE_TAG + " " + process.env.PASSWORD);`,
    );
    await jsonOf(sandbox, ["local", "image", app, "--repository", "hello", "--tag", tag]);
  }
  client = connectionOf(await jsonOf(sandbox, ["local", "env"]));
  const create = new CreateSecretCommand({ Name: "db", SecretString: '{"password":"sesame"}' });
  const { ARN } = await new SecretsManagerClient(client).send(create);
  writeFileSync(file("migrate.js"), migration());
  const yaml = join(sandbox.project, "Pulumi.dev.yaml");
  const command = JSON.stringify(["node", file("migrate.js")]);
  // As the image's own user: another one could not enter the test's folder, where the migration keeps its notes.
  const text = readFileSync(yaml, "utf8")
    .replace(/^ +(?:user: "1000:1000"|readOnly: true)\n/gm, "")
    .replace("port: 8080", `port: 8080\n      secrets: { PASSWORD: "${ARN}:password::" }`);
  writeFileSync(yaml, `${text}  moorage:migrate: { command: ${command}, timeout: 60s }\n`);
}, timeout);
afterAll(() => sandbox.close(), timeout);

/** Notes the tag and the secret that it was given; fails or hangs when told to. */
function migration(): string {
  return `
    const fs = require("node:fs");
    const does = fs.existsSync(${JSON.stringify(file("does"))}) ? fs.readFileSync(${JSON.stringify(file("does"))}, "utf8") : "";
    console.log("migrating " + does);
    if (does === "fail") process.exit(3);
    fs.appendFileSync(${JSON.stringify(file("done"))}, process.env.MOORAGE_IMAGE_TAG + " " + process.env.PASSWORD + "\\n");
    if (does === "hang") setInterval(() => {}, 1000);
  `;
}

describe("a deployment that migrates", () => {
  let url: string;

  it(
    "runs the migration with the new image and its secrets before the first service",
    { timeout },
    async () => {
      url = (await jsonOf<DeployJson>(sandbox, deploy("v1"))).url;
      expect(migrated()).toEqual(["v1 sesame"]);
      expect(await answer(url)).toBe("v1 sesame");
    },
  );

  it("runs it no more where nothing is new", { timeout }, async () => {
    await jsonOf(sandbox, deploy("v1"));
    expect(migrated()).toEqual(["v1 sesame"]);
  });

  it(
    "ends where it fails, with exit code and log, and the services are what they were",
    { timeout },
    async () => {
      writeFileSync(file("does"), "fail");
      const { code, message, exitCode } = await problemOf(sandbox, deploy("v2"));
      expect({ code, exitCode }).toEqual({ code: "migration-failed", exitCode: 1 });
      expect(errorCodes["migration-failed"].fault).toBe("app");
      expect(message).toMatch(/exit code 3[^]*migrating fail/);
      expect(await answer(url)).toBe("v1 sesame");
    },
  );

  it("F6: stops it when it is interrupted", { timeout }, async () => {
    writeFileSync(file("does"), "hang");
    const run = interruptible(sandbox, deploy("v2"));
    await eventually("it migrates", () => migrated().length === 2, 30_000);
    run.interrupt();
    expect(await run.ended).toMatchObject({ exitCode: 130 });
    await eventually("its task has ended", async () => (await running()).length === 0);
    expect(await answer(url)).toBe("v1 sesame");
  });

  it("runs it again afterwards, and then updates the services", { timeout }, async () => {
    rmSync(file("does"));
    await jsonOf(sandbox, deploy("v2"));
    expect(migrated()).toEqual(["v1 sesame", "v2 sesame", "v2 sesame"]);
    expect(await answer(url)).toBe("v2 sesame");
  });

  it("is rolled back without a migration: what was migrated stays", { timeout }, async () => {
    appendFileSync(file("done"), "rollback\n");
    await jsonOf(sandbox, ["rollback", "dev"]);
    expect(migrated().at(-1)).toBe("rollback");
    expect(await answer(url)).toBe("v1 sesame");
  });
});

/** One-off tasks that are to run. */
async function running(): Promise<string[]> {
  const ecs = new ECSClient(client);
  const { clusterArns: [cluster] = [] } = await ecs.send(new ListClustersCommand({}));
  const { taskArns: tasks = [] } = await ecs.send(new ListTasksCommand({ cluster }));
  if (tasks.length === 0) return [];
  const described = await ecs.send(new DescribeTasksCommand({ cluster, tasks }));
  return (described.tasks ?? []).flatMap(({ startedBy = "" }) =>
    startedBy.endsWith("/migrate") ? startedBy : [],
  );
}
