import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { Cloud, type Site } from "../../../src/cloud.js";
import { seal, unseal } from "../../../src/services/ssm/secret.js";
import { createSsm } from "../../../src/services/ssm/ssm.js";
import { Store } from "../../../src/store.js";
import { temporaryFolder } from "../../../../../test/harness/folder.js";

const site: Site = { account: "111111111111", region: "us-east-1" };

function openSsm() {
  const folder = temporaryFolder();
  const store = Store.open(folder);
  onTestFinished(() => store.flush());
  const cloud = new Cloud({ ssm: createSsm({ store, key: randomBytes(32), now: () => 0 }) });
  const call = <Output>(operation: string, input: unknown) =>
    cloud.call<Output>("ssm", operation, input, site);
  return { store, folder, call };
}

it("F28: a SecureString is not in the state in plain text, and is shown only when asked to be decrypted", async () => {
  const { store, folder, call } = openSsm();
  await call("PutParameter", { Name: "/db/password", Value: "open sesame", Type: "SecureString" });
  await store.flush();
  expect(readFileSync(join(folder, "state.json"), "utf8")).not.toContain("sesame");
  expect(await call("GetParameter", { Name: "/db/password", WithDecryption: true })).toMatchObject({
    Parameter: { Value: "open sesame", Type: "SecureString" },
  });
  const shown = await call<{ Parameter: { Value: string } }>("GetParameter", { Name: "/db/password" });
  expect(shown.Parameter.Value).not.toContain("sesame");
});

it("a sealed text that was changed does not open", () => {
  const key = randomBytes(32);
  const sealed = Buffer.from(seal("text", key), "base64");
  sealed[sealed.length - 1] = (sealed.at(-1) ?? 0) ^ 1;
  expect(() => unseal(sealed.toString("base64"), key)).toThrow();
});

it("an existing parameter is replaced only with Overwrite, and its version rises", async () => {
  const { call } = openSsm();
  await call("PutParameter", { Name: "/a", Value: "1", Type: "String" });
  await expect(call("PutParameter", { Name: "/a", Value: "2", Type: "String" })).rejects.toMatchObject({
    code: "ParameterAlreadyExists",
  });
  expect(await call("PutParameter", { Name: "/a", Value: "2", Overwrite: true })).toMatchObject({
    Version: 2,
  });
});

it("reads by name, by ARN, by path, and says which are missing", async () => {
  const { call } = openSsm();
  for (const Name of ["/app/a", "/app/b", "/app/deep/c", "/other"]) {
    await call("PutParameter", { Name, Value: Name, Type: "String" });
  }
  const arn = "arn:aws:ssm:us-east-1:111111111111:parameter/app/a";
  expect(await call("GetParameter", { Name: arn })).toMatchObject({
    Parameter: { Value: "/app/a", ARN: arn },
  });
  expect(await call("GetParameters", { Names: ["/other", "/none"] })).toMatchObject({
    Parameters: [{ Name: "/other" }],
    InvalidParameters: ["/none"],
  });
  const names = async (input: object) =>
    (
      await call<{ Parameters: { Name: string }[] }>("GetParametersByPath", { Path: "/app", ...input })
    ).Parameters.map(({ Name }) => Name);
  expect(await names({})).toEqual(["/app/a", "/app/b"]);
  expect(await names({ Recursive: true })).toEqual(["/app/a", "/app/b", "/app/deep/c"]);
});

it.each([
  [{ Name: "/aws/x", Value: "1", Type: "String" }, "ValidationException"],
  [{ Name: "a b", Value: "1", Type: "String" }, "ValidationException"],
  [{ Name: "/a", Value: "", Type: "String" }, "ValidationException"],
  [{ Name: "/a", Value: "1" }, "ValidationException"],
  [{ Name: "/a", Value: "x".repeat(4097), Type: "String" }, "ValidationException"],
  [{ Name: "/a", Value: "x", Type: "Text" }, "UnsupportedParameterType"],
])("refuses %j with %s", async (input, code) => {
  await expect(openSsm().call("PutParameter", input)).rejects.toMatchObject({ code });
});
