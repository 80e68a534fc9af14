import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { checkContext, withKmsContext } from "../../../src/core/project/encryption.js";
import { readEnvironment } from "../../../src/context/environment-stack.js";
import { readInfraStack } from "../../../src/features/setup/infra/stack.js";
import { readPreview } from "../../../src/context/preview-stack.js";

const owner = { project: "hello", stack: "dev" };
const key = "awskms://alias/moorage?region=us-east-1";

describe("F51: the encryption context of a stack's secrets", () => {
  it.each([
    ["none", key],
    ["two", `${key}&context_stack=hello/dev&context_team=web`],
    ["the same twice", `${key}&context_stack=hello/dev&context_stack=hello/dev`],
    ["another name", `${key}&context_env=hello/dev`],
    ["another stack's", `${key}&context_stack=hello/prod`],
    ["no project, which another app's stack of this name has too", `${key}&context_stack=dev`],
  ])("is refused where it is %s, and the line to write is shown", (_title, secretsprovider) => {
    expect(() => checkContext({ secretsprovider }, owner, "Pulumi.dev.yaml")).toThrow(
      expect.objectContaining({
        code: "config-invalid",
        exitCode: 2,
        hint: expect.stringContaining(
          `Write \`secretsprovider: ${withKmsContext(secretsprovider, owner)}\``,
        ) as string,
      }),
    );
  });

  it.each([
    ["the stack's own", `${key}&context_stack=hello/dev`],
    ["the stack's own, escaped", `${key}&context_stack=hello%2Fdev`],
    ["of no KMS key", "passphrase"],
    ["of another cloud's key", "gcpkms://projects/p/locations/l/keyRings/r/cryptoKeys/k"],
  ])("is taken where it is %s", (_title, secretsprovider) => {
    expect(() => checkContext({ secretsprovider }, owner, "Pulumi.dev.yaml")).not.toThrow();
    expect(() => checkContext({}, owner, "Pulumi.dev.yaml")).not.toThrow();
  });

  it("is looked at before anything acts: for deploy and promote, for previews and for infrastructure", async () => {
    const folder = await mkdtemp(join(tmpdir(), "moorage-context-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const write = (name: string, text: string) => writeFile(join(folder, name), text);
    await write("Pulumi.yaml", "name: hello\nruntime: nodejs\n");
    for (const stack of ["dev", "foundation-dev", "github"]) {
      await write(`Pulumi.${stack}.yaml`, `secretsprovider: ${key}&context_stack=${stack}\nconfig: {}\n`);
    }
    const refused = (stack: string) => ({
      message: expect.stringMatching(`^Pulumi.${stack}.yaml: .*context_stack=hello/${stack};`) as string,
    });
    await expect(readEnvironment(folder, "dev")).rejects.toMatchObject(refused("dev"));
    await expect(readPreview(folder, "7")).rejects.toMatchObject(refused("dev"));
    await expect(readInfraStack(folder, "foundation-dev")).rejects.toMatchObject(refused("foundation-dev"));
    await expect(readInfraStack(folder, "github")).rejects.toMatchObject(refused("github"));
  });
});
