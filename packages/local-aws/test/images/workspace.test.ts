import { execFileSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { LocalFailure } from "../../src/failure.js";
import { buildImage } from "../../src/images/build.js";
import { createImageStore } from "../../src/images/image-store.js";
import { launchOf } from "../../src/tasks/launch.js";
import { temporaryFolder } from "../../../../test/harness/folder.js";
import { serveRegistry } from "../registry/serve.js";

const start = { scripts: { start: "node server.js" } };

/** Files by path; `-> target` makes a link. */
function lay(files: Record<string, string | object>): string {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    if (typeof content === "string" && content.startsWith("-> ")) symlinkSync(content.slice(3), path);
    else writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  }
  return folder;
}

const module_ = (name: string, value = name, more: object = {}) => ({
  [`${name}/package.json`]: { name, version: "1.0.0", ...more },
  [`${name}/index.js`]: `module.exports = ${JSON.stringify(value)};`,
});
const under = (folder: string, files: Record<string, string | object>) =>
  Object.fromEntries(Object.entries(files).map(([name, content]) => [`${folder}/${name}`, content]));

async function built(folder: string) {
  const served = await serveRegistry();
  const request = { folder, repository: "app", registry: served.host, prefer: "package" as const };
  const { image, digest } = await buildImage({ ...request, tag: "v1" });
  const unpacked = await createImageStore({
    root: join(served.root, "images"),
    registry: served.registry,
  }).unpack(image);
  /** Runs the image's command as a task does, and returns what it prints. */
  const run = () => {
    const surroundings = { path: process.env["PATH"] ?? "", scratch: served.root };
    const container = { name: "web", image, environment: {} } as Parameters<typeof launchOf>[0];
    const { file, args, cwd, env } = launchOf(container, unpacked, surroundings);
    return execFileSync(file, args, { cwd, env, encoding: "utf8", timeout: 20_000 }).trim();
  };
  const again = async () => (await buildImage({ ...request, tag: "v2" })).digest;
  return { unpacked, digest, run, again };
}

async function refusal(folder: string): Promise<LocalFailure> {
  const error: unknown = await built(folder).catch((reason: unknown) => reason);
  if (error instanceof LocalFailure) return error;
  throw new Error(`not refused: ${String(error)}`);
}

describe("bug 13: an app of a workspace", () => {
  it("bug 13: has the dependencies that npm installed at the top, with theirs, and nothing else of it", async () => {
    const root = lay({
      "package.json": { workspaces: ["apps/*", "packages/*"] },
      "apps/web/package.json": { ...start, dependencies: { "@example/lib": "*", hoisted: "1", own: "1" } },
      "apps/web/server.js":
        'console.log(["@example/lib", "hoisted", "own"].map((name) => require(name)).join(" "))',
      ...under("packages/lib", { "package.json": { name: "@example/lib", dependencies: { deep: "1" } } }),
      "packages/lib/index.js": 'module.exports = "lib+" + require("deep");',
      "node_modules/@example/lib": "-> ../../packages/lib",
      "node_modules/web": "-> ../apps/web",
      ...under("node_modules", { ...module_("hoisted"), ...module_("deep"), ...module_("unused") }),
      ...under("apps/web/node_modules", module_("own", "own", { peerDependencies: { peer: "*" } })),
      "apps/web/node_modules/own/index.js": 'module.exports = require("peer");',
      ...under("node_modules", module_("peer")),
    });
    const { run, unpacked, digest, again } = await built(join(root, "apps/web"));
    expect(run()).toBe("lib+deep hoisted peer");
    expect(unpacked.config.WorkingDir).toBe("/app/apps/web");
    expect(existsSync(join(unpacked.rootfs, "app/node_modules/unused"))).toBe(false);
    expect(await again()).toBe(digest);
    writeFileSync(join(root, "packages/lib/index.js"), "module.exports = 'edited'");
    expect(run()).toBe("lib+deep hoisted peer");
    expect(await again()).not.toBe(digest);
  });

  it("bug 13: has what pnpm links, through its store", async () => {
    const store = "node_modules/.pnpm/a@1.0.0/node_modules";
    const root = lay({
      "pnpm-workspace.yaml": "packages: [apps/*]\n",
      "apps/web/package.json": { ...start, dependencies: { a: "1" } },
      "apps/web/server.js": 'console.log(require("a"))',
      "apps/web/node_modules/a": `-> ../../../${store}/a`,
      ...under(store, module_("a", "a", { dependencies: { b: "1" } })),
      [`${store}/a/index.js`]: 'module.exports = "a+" + require("b");',
      [`${store}/b`]: "-> ../../b@1.0.0/node_modules/b",
      ...under("node_modules/.pnpm/b@1.0.0/node_modules", module_("b")),
    });
    unlinkSync(join(root, store, "a/index.js"));
    writeFileSync(join(root, store, "a/index.js"), 'module.exports = "a+" + require("b");');
    expect((await built(join(root, "apps/web"))).run()).toBe("a+b");
  });

  it("bug 13: has the commands of what was brought on its PATH", async () => {
    const root = lay({
      "package.json": { workspaces: ["apps/*"] },
      "apps/web/package.json": { scripts: { start: "say" }, dependencies: { tool: "1" } },
      ...under("node_modules", module_("tool")),
      "node_modules/tool/say.js": "#!/usr/bin/env node\nconsole.log('said')",
      "node_modules/.bin/say": "-> ../tool/say.js",
      "node_modules/.bin/other": "-> ../unused/other.js",
    });
    execFileSync("chmod", ["+x", join(root, "node_modules/tool/say.js")]);
    expect((await built(join(root, "apps/web"))).run()).toBe("said");
  });

  it("bug 13: says what is not installed, and where to install it", async () => {
    const root = lay({
      "package.json": { workspaces: ["apps/*"] },
      "package-lock.json": {},
      "apps/web/package.json": { ...start, dependencies: { gone: "1", here: "1" } },
      ...under("node_modules", module_("here")),
    });
    const { code, message, hint } = await refusal(join(root, "apps/web"));
    expect([code, message]).toEqual([
      "dependencies-not-installed",
      expect.stringMatching(/installed: gone\.$/),
    ]);
    expect(hint).toContain(`"npm ci" in ${root},`);
  });
});

describe("bug 14: links that leave the app's folder", () => {
  const app = { "app/package.json": start, "app/server.js": "console.log(require('./link'))" };

  it("bug 14: what they point at is brought, in a git repository or a workspace", async () => {
    const root = lay({
      ".git/HEAD": "ref: refs/heads/main",
      ...app,
      "app/link": "-> ../chain",
      chain: "-> shared/lib",
      "shared/lib/index.js": "module.exports = require('./data.json')",
      "shared/lib/data.json": "-> ../data.json",
      "shared/data.json": "42",
    });
    const { run, unpacked } = await built(join(root, "app"));
    expect(run()).toBe("42");
    expect(existsSync(join(unpacked.rootfs, "app/.git"))).toBe(false);
  });

  it.each([
    ["out of the repository", { "app/link": "-> ../../outside" }, "link-leaves-image"],
    ["nowhere", { "app/link": "-> missing.js" }, "link-dangles"],
    ["nowhere outside", { "app/link": "-> ../missing.js" }, "link-dangles"],
    ["itself", { "app/link": "-> link" }, "link-dangles"],
    ["each other", { "app/link": "-> other", "app/other": "-> link" }, "link-dangles"],
    [
      "what .dockerignore leaves out",
      { "app/link": "-> x", "app/x": "1", "app/.dockerignore": "x" },
      "link-dangles",
    ],
  ])("bug 14: to %s is refused, and named", async (_where, files, code) => {
    const root = lay({ ".git/HEAD": "", ...app, ...files });
    const refused = await refusal(join(root, "app"));
    expect(refused).toMatchObject({ code, exitCode: 2 });
    expect(refused.message).toContain(join(root, "app/"));
  });

  it("bug 14: outside of any repository or workspace nothing is brought", async () => {
    const root = lay({ ...app, "app/link": "-> ../lib", "lib/index.js": "1" });
    expect(await refusal(join(root, "app"))).toMatchObject({ code: "link-leaves-image" });
  });
});

describe("bug 15: absolute links", () => {
  it("bug 15: are refused by name, with their target", async () => {
    const outside = lay({ "index.js": "module.exports = 1" });
    const folder = lay({
      "package.json": start,
      "server.js": "",
      "node_modules/@example/lib": `-> ${outside}`,
    });
    const { code, message } = await refusal(folder);
    expect(code).toBe("link-leaves-image");
    expect(message).toContain(join(folder, "node_modules/@example/lib"));
    expect(message).toContain(outside);
  });

  it("bug 15: into the app's own folder become relative", async () => {
    const folder = lay({
      "package.json": start,
      "server.js": "console.log(require('./a/link'))",
      "lib.js": "module.exports = 7",
    });
    mkdirSync(join(folder, "a"));
    symlinkSync(join(folder, "lib.js"), join(folder, "a/link"));
    const { run, unpacked } = await built(folder);
    expect(lstatSync(join(unpacked.rootfs, "app/a/link")).isSymbolicLink()).toBe(true);
    writeFileSync(join(folder, "lib.js"), "module.exports = 8");
    expect(run()).toBe("7");
    expect(readFileSync(join(unpacked.rootfs, "app/lib.js"), "utf8")).toContain("7");
  });
});
