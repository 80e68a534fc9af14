import { randomBytes } from "node:crypto";
import { expect, it, onTestFinished } from "vitest";
import { Cloud, type ServiceName } from "../../../../src/cloud.js";
import { secret, secretVersion } from "../../../../src/services/secretsmanager/types/secret.js";
import type { Scope } from "../../../../src/resources/resource.js";
import { RecordedRows } from "../../../../src/resources/rows.js";
import { createSecretsManager } from "../../../../src/services/secretsmanager/secrets-manager.js";
import { Store } from "../../../../src/store.js";
import { temporaryFolder } from "../../../../../../test/harness/folder.js";

function open(): Scope {
  const site = { account: "111111111111", region: "us-east-1" };
  const store = Store.open(temporaryFolder());
  onTestFinished(() => store.flush());
  const cloud = new Cloud({ secretsmanager: createSecretsManager({ store, key: randomBytes(32) }) });
  return {
    site,
    rows: new RecordedRows(store),
    wait: () => Promise.resolve(),
    call: <Output>(service: ServiceName, operation: string, input: unknown) =>
      cloud.call<Output>(service, operation, input, site),
  };
}

it("a secret and its value are made, read, changed and replaced", async () => {
  const scope = open();
  const tags = { a: "1", b: "2" };
  const { id } = await secret.create({ name: "db", description: "one", tags }, scope);
  const olds = await secret.read(id, scope, {});
  expect(olds).toMatchObject({ arn: id, name: "db", description: "one", tags });
  await secret.update(id, { name: "db", description: "two", tags: { a: "1" } }, olds ?? {}, scope);
  expect(await secret.read(id, scope, {})).toMatchObject({ description: "two", tags: { a: "1" } });

  const version = await secretVersion.create({ secretId: id, secretString: "open" }, scope);
  expect(await secretVersion.read(version.id, scope, {})).toMatchObject({
    secretId: id,
    secretString: "open",
    versionStages: ["AWSCURRENT"],
  });
});

it("a secret deleted with a window of 0 days leaves its name free; deleting again is no error", async () => {
  const scope = open();
  const { id } = await secret.create({ name: "db" }, scope);
  await secret.delete(id, { recoveryWindowInDays: 0 }, scope);
  await secret.delete(id, { recoveryWindowInDays: 0 }, scope);
  expect(await secret.read(id, scope, {})).toBeUndefined();
  await secret.create({ name: "db" }, scope);
});

it("a secret deleted without a window keeps its name, and is absent all the same", async () => {
  const scope = open();
  const { id } = await secret.create({ name: "db" }, scope);
  await secret.delete(id, {}, scope);
  await secret.delete(id, {}, scope);
  expect(await secret.read(id, scope, {})).toBeUndefined();
  await expect(secret.create({ name: "db" }, scope)).rejects.toThrow(/scheduled for deletion/);
});
