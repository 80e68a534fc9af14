import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { ownBundle } from "../../src/features/setup/install/bundle.js";
import { runProcess } from "../../src/adapters/engine/process.js";
import { ownCache } from "../harness/own-cache.js";
import { temporaryFolder } from "../harness/folder.js";
import { root } from "../harness/sandbox.js";

const timeout = 180_000;

/** What the README's section tells to type. */
function script(): string {
  const [, section = ""] = readFileSync(join(root, "README.md"), "utf8").split(
    "## Getting started with your app\n",
  );
  const [text = ""] = section.split("\n## ");
  return [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block).join("");
}

/** What `init` would ask in a terminal. */
const answers =
  "--yes --domain example.com --zone Z0123456789ABC --registry 111111111111.dkr.ecr.us-east-1.amazonaws.com --unreviewed staging";

it(
  "the README's way from a Dockerfile to a preview, word by word, from an empty folder",
  { timeout },
  async () => {
    const folder = temporaryFolder();
    const bundle = await ownBundle();
    writeFileSync(join(folder, bundle.name), bundle.archive);
    const app = join(folder, "shop");
    cpSync(join(root, "examples/hello"), app, { recursive: true });
    writeFileSync(join(app, ".gitignore"), ".moorage/\n");
    const { PATH, HOME } = process.env;
    const env: NodeJS.ProcessEnv = {
      ...{ PATH, HOME, XDG_CACHE_HOME: ownCache(folder), TMPDIR: folder },
      ...{ npm_config_offline: "true", npm_config_update_notifier: "false" },
      ...{ GIT_AUTHOR_NAME: "Octo", GIT_AUTHOR_EMAIL: "octo@example.com" },
      ...{ GIT_COMMITTER_NAME: "Octo", GIT_COMMITTER_EMAIL: "octo@example.com" },
      MOORAGE_HOME: join(folder, "home"),
      MOORAGE_LOCAL_OWNER: String(process.pid),
    };
    const bash = (text: string) =>
      runProcess("bash", ["-euo", "pipefail", "-c", text], { cwd: app, env, graceMs: 0 });
    const before =
      "git init --quiet --initial-branch=main && git add --all && git commit --quiet --message App";
    expect((await bash(`${before} && git remote add origin https://github.com/acme/shop.git`)).code).toBe(0);
    onTestFinished(async () => {
      await bash("MOORAGE_TARGET=local node .github/moorage/moorage.mjs local stop");
    }, timeout);

    const [rehearsed = "", onAws = ""] = script().split("export MOORAGE_TARGET=aws\n");
    const first = await bash(rehearsed.replace(" moorage init", ` moorage init ${answers}`));
    expect(first.code, first.stderr + first.stdout).toBe(0);
    expect(first.stdout).toMatch(/pr-1 created: http:\/\/pr-1\./);

    // What has no rehearsal: the bucket, and a push to GitHub. The rest is the same with the local target.
    const rest = onAws.split("\n").filter((line) => !/infra bootstrap|git push|^moorage doctor/.test(line));
    expect(onAws.trim().split("\n")).toHaveLength(rest.filter((line) => line !== "").length + 3);
    const functions = 'moorage() { node .github/moorage/moorage.mjs "$@"; }; export MOORAGE_TARGET=local';
    const second = await bash([functions, ...rest].join("\n"));
    expect(second.code, second.stderr + second.stdout).toBe(0);
  },
);
