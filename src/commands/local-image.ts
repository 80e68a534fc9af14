import { resolve } from "node:path";
import { defineCommand } from "../command.js";
import { badRequest } from "../errors.js";

export const localImage = defineCommand({
  name: "local image",
  describe: "Makes an image of an app's folder and pushes it to the local registry",
  positionals: {
    dir: { describe: "The folder with the app's package.json or Dockerfile", required: true },
  },
  options: {
    repository: {
      type: "text",
      describe: "The repository to push to; its first push makes it",
      required: true,
    },
    tag: { type: "text", describe: "The image's tag", required: true },
    revision: { type: "text", describe: "The whole commit that the image is built from, for its label" },
  },
  examples: ["moorage local image examples/hello --repository hello --tag v1"],
  async run({ dir, repository, tag, revision }, invocation) {
    const { buildImage, checkBuild } = await import("../local/images/build.js");
    const { ensureLocal } = await import("../local/client.js");
    const { host, cwd, env, signal } = invocation;
    const app = { folder: resolve(cwd, dir), repository, tag, revision, created: createdFrom(env) };
    await checkBuild(app);
    const { registry } = await (await ensureLocal(invocation)).status();
    host.notify({ kind: "step", text: `Building ${repository}:${tag}` });
    const onLine = (text: string) => host.notify({ kind: "detail", text });
    const onWarning = (text: string) => host.notify({ kind: "warning", text });
    const value = await buildImage({ ...app, registry, env, signal, onLine, onWarning });
    return { value, text: `${value.image}\n${value.digest}` };
  },
});

/** The image's creation time, which is part of its bytes: https://reproducible-builds.org/specs/source-date-epoch/ */
function createdFrom({ SOURCE_DATE_EPOCH: seconds }: NodeJS.ProcessEnv): Date | undefined {
  if (seconds === undefined || seconds === "") return undefined;
  if (/^\d{1,11}$/.test(seconds)) return new Date(Number(seconds) * 1000);
  throw badRequest(
    "bad-arguments",
    `SOURCE_DATE_EPOCH=${JSON.stringify(seconds)} is not a number of seconds.`,
    "Unset it, or set it as in SOURCE_DATE_EPOCH=$(git log -1 --format=%ct).",
  );
}
