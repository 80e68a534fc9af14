import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { fetchAnswer } from "../../src/features/deploy/smoke/probe.js";
import type { DeployJson } from "../harness/environment.js";
import { localConnection } from "../harness/local-connection.js";
import { Sandbox } from "../harness/sandbox.js";
import { folderOf, repositoriesOf, setups } from "./setups.js";
import { writeStandIn } from "./stand-in.js";

const timeout = 180_000;

it.each(setups)(
  "range: setup %s is deployed, released anew, rolled back, previewed and proven gone",
  { timeout },
  async (setup) => {
    const sandbox = new Sandbox(folderOf(setup));
    onTestFinished(() => sandbox.close(), 60_000);
    for (const version of ["v1", "v2"]) {
      const folder = writeStandIn(join(sandbox.folder, version), version);
      for (const repository of repositoriesOf(setup)) {
        await sandbox.json("local", "image", folder, "--repository", repository, "--tag", version);
      }
      rmSync(folder, { recursive: true });
    }
    await makeSecrets(sandbox);
    for (const version of ["v1", "v2"]) {
      expect(await answers(await sandbox.json<DeployJson>("deploy", "dev", "--tag", version))).toEqual(
        version,
      );
    }
    expect(await answers(await sandbox.json<DeployJson>("rollback", "dev"))).toBe("v1");
    const up = await sandbox.json<DeployJson>("preview", "up", "--pr", "7", "--tag", "v2");
    expect(await answers(up)).toBe("v2");
    expect(await sandbox.json("preview", "destroy", "--pr", "7")).toMatchObject({ result: "destroyed" });
  },
);

/** What its services have values of. A secret's ARN ends in what Secrets Manager makes up. */
async function makeSecrets(sandbox: Sandbox): Promise<void> {
  const connection = await localConnection(sandbox);
  const [ssm, secrets] = [new SSMClient(connection), new SecretsManagerClient(connection)];
  for (const name of ["Pulumi.yaml", "Pulumi.dev.yaml"]) {
    const file = join(sandbox.project, name);
    let text = readFileSync(file, "utf8");
    for (const Name of namesIn(text, /:parameter(\/[\w/-]+)/g)) {
      await ssm.send(new PutParameterCommand({ Name, Value: "hidden", Type: "SecureString" }));
    }
    for (const Name of namesIn(text, /:secret:([\w/-]+?)-AbCdEf/g)) {
      const SecretString = JSON.stringify({ DATABASE_URL: "hidden", HUBSPOT_TOKEN: "hidden" });
      const { ARN = "" } = await secrets.send(new CreateSecretCommand({ Name, SecretString }));
      text = text.replaceAll(
        new RegExp(`arn:aws:secretsmanager:[^:]*:[^:]*:secret:${Name}-AbCdEf`, "g"),
        ARN,
      );
    }
    writeFileSync(file, text);
  }
}

function namesIn(text: string, pattern: RegExp): Set<string> {
  return new Set([...text.matchAll(pattern)].map(([, name = ""]) => name));
}

/** The version that every URL of a stack answers with. */
async function answers({ url, urls }: DeployJson & { urls?: Record<string, string> }) {
  const every = [...new Set([url, ...Object.values(urls ?? {})])];
  const versions = await Promise.all(
    every.map(async (one) => (await fetchAnswer(`${one}health`, 10_000)).body?.split(" of ")[1]),
  );
  expect(new Set(versions).size).toBe(1);
  return versions[0];
}
