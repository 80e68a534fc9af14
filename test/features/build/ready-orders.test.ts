import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ImageOrder } from "../../../src/adapters/images/builder.js";
import { readyOrders } from "../../../src/features/build/ready-orders.js";
import { temporaryFolder } from "../../harness/folder.js";

const plain: ImageOrder = {
  services: ["web"],
  repository: "web",
  context: "/src",
  dockerfile: "/src/Dockerfile",
  target: undefined,
  args: {},
  platform: "linux/amd64",
};

function place() {
  const home = realpathSync(temporaryFolder());
  const folder = join(home, "work", "shop");
  for (const name of [".aws", "work/shop/.git"]) mkdirSync(join(home, name), { recursive: true });
  for (const name of [".npmrc", ".aws/credentials", "work/shop/.git/config", "work/shop/token", "a,b"])
    writeFileSync(join(home, name), "hidden");
  symlinkSync(join(home, ".aws/credentials"), join(folder, "innocent"));
  const env: NodeJS.ProcessEnv = { HOME: home, NPM_TOKEN: "hidden" };
  return { home, folder, env };
}

describe("adoption C9: build secrets", () => {
  it("are found before anything is built", async () => {
    const { home, folder, env } = place();
    const secrets = { a: { env: "NPM_TOKEN" }, b: { file: "~/.npmrc" }, c: { file: "token" } };
    const [order] = await readyOrders([{ ...plain, secrets }], { folder, env });
    expect(order?.secrets).toEqual({
      a: { env: "NPM_TOKEN" },
      b: { file: join(home, ".npmrc") },
      c: { file: join(folder, "token") },
    });
  });

  it.each([
    ["a variable that is not set", { env: "PIP_TOKEN" }, /npm of web is the variable PIP_TOKEN/],
    ["a file that is not there", { file: "~/.netrc" }, /which is not there/],
    ["AWS's credentials", { file: "~/.aws/credentials" }, /may not read/],
    ["a link to them", { file: "innocent" }, /may not read/],
    ["the checkout's token", { file: ".git/config" }, /may not read/],
    ["a file of the kernel", { file: "/proc/self/environ" }, /may not read/],
    ["a path out of the project", { file: "../../.aws/credentials" }, /may not read/],
  ])("are refused with exit 2 for %s", async (_, npm, message) => {
    const { folder, env } = place();
    const looked = readyOrders([plain, { ...plain, secrets: { npm } }], { folder, env });
    await expect(looked).rejects.toMatchObject({ code: "build-secret-missing", exitCode: 2 });
    await expect(looked).rejects.toThrow(message);
  });

  it("need an agent for SSH", async () => {
    const { folder, env } = place();
    await expect(readyOrders([{ ...plain, ssh: true }], { folder, env })).rejects.toThrow(/SSH_AUTH_SOCK/);
    const agent = { ...env, SSH_AUTH_SOCK: "/run/agent" };
    expect(await readyOrders([{ ...plain, ssh: true }], { folder, env: agent })).toMatchObject([
      { ssh: true },
    ]);
  });
});
