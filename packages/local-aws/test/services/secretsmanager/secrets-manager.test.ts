import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { expect, it } from "vitest";
import { secretReader } from "../../../src/services/ecs/secrets.js";
import { createSecretsManager } from "../../../src/services/secretsmanager/secrets-manager.js";
import { createSsm } from "../../../src/services/ssm/ssm.js";
import { Store } from "../../../src/store.js";
import { temporaryFolder } from "../../../../../test/harness/folder.js";
import { clientConfig, defaultSite, serve } from "../../wire/serve.js";

const day = 86_400_000;

/** The SDK's client of a Secrets Manager whose clock stands where the test puts it. */
async function open() {
  const folder = temporaryFolder();
  const store = Store.open(folder);
  const clock = { now: 0 };
  const uses = { store, key: randomBytes(32), now: () => clock.now };
  const secretsmanager = createSecretsManager(uses);
  const { endpoint } = await serve({ secretsmanager }, store);
  const client = new SecretsManagerClient(clientConfig(endpoint));
  const read = secretReader(createSsm(uses), secretsmanager);
  const create = async (Name: string, SecretString: string) =>
    (await client.send(new CreateSecretCommand({ Name, SecretString }))).ARN ?? "";
  const value = async (SecretId: string, VersionStage?: string) =>
    (await client.send(new GetSecretValueCommand({ SecretId, VersionStage }))).SecretString;
  return { client, clock, create, value, folder, store, read: (from: string) => read(from, defaultSite) };
}

it("a secret is found by name, by ARN and by ARN without its six letters", async () => {
  const { create, value } = await open();
  const arn = await create("db", "one");
  expect(arn).toMatch(/^arn:aws:secretsmanager:us-east-1:\d{12}:secret:db-\w{6}$/);
  for (const id of ["db", arn, arn.slice(0, -7)]) expect(await value(id)).toBe("one");
});

it("F28: a secret's value is not in the state in plain text, and describing it does not show it", async () => {
  const { client, create, folder, store } = await open();
  await create("db", "open sesame");
  await store.flush();
  expect(readFileSync(join(folder, "state.json"), "utf8")).not.toContain("sesame");
  const described = await client.send(new DescribeSecretCommand({ SecretId: "db" }));
  expect(JSON.stringify(described)).not.toContain("sesame");
});

it("a new value is AWSCURRENT, and the one before it AWSPREVIOUS", async () => {
  const { client, create, value } = await open();
  const SecretId = await create("db", "one");
  await client.send(new PutSecretValueCommand({ SecretId, SecretString: "two" }));
  expect([await value("db"), await value("db", "AWSPREVIOUS")]).toEqual(["two", "one"]);
});

it("a deleted secret keeps its name for its recovery window, can be restored in it, and is then gone", async () => {
  const { client, clock, create, value } = await open();
  const SecretId = await create("db", "one");
  await client.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 }));
  await expect(value("db")).rejects.toMatchObject({ name: "InvalidRequestException" });
  await expect(create("db", "two")).rejects.toThrow(/already scheduled for deletion/);
  await client.send(new RestoreSecretCommand({ SecretId }));
  expect(await value("db")).toBe("one");
  await client.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 }));
  clock.now = 7 * day;
  await expect(value("db")).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  await create("db", "two");
});

it("a secret deleted without recovery is gone at once; a twin is refused", async () => {
  const { client, create, value } = await open();
  const SecretId = await create("db", "one");
  await expect(create("db", "two")).rejects.toMatchObject({ name: "ResourceExistsException" });
  await client.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
  await expect(value("db")).rejects.toMatchObject({ name: "ResourceNotFoundException" });
});

it("a task's secrets are read whole, or by JSON key, stage and version", async () => {
  const { client, create, read } = await open();
  const arn = await create("db", JSON.stringify({ user: "me", port: 5432 }));
  expect(await read(arn)).toBe('{"user":"me","port":5432}');
  expect(await read(`${arn}:user::`)).toBe("me");
  expect(await read(`${arn}:port::`)).toBe("5432");
  await client.send(new PutSecretValueCommand({ SecretId: arn, SecretString: '{"user":"you"}' }));
  expect([await read(`${arn}:user::`), await read(`${arn}:user:AWSPREVIOUS:`)]).toEqual(["you", "me"]);
});

it("a task's secret that cannot be read says why", async () => {
  const { create, read } = await open();
  const arn = await create("db", "no json");
  await expect(read(`${arn}:user::`)).rejects.toThrow(/it is no JSON/);
  await expect(read(`${await create("other", "{}")}:user::`)).rejects.toThrow(
    /did not contain json key user/,
  );
  await expect(read(arn.replace(":secret:db", ":secret:none"))).rejects.toThrow(
    /can't find the specified secret/,
  );
});
