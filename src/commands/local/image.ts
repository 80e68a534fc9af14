import { resolve } from "node:path";
import { defineCommand } from "../../core/command.js";

export const localImage = defineCommand({
  name: "local image",
  describe: "Builds an image from an app's folder and pushes it to the local registry",
  positionals: {
    dir: { describe: "The folder with the app's package.json or Dockerfile", required: true },
  },
  options: {
    repository: {
      type: "text",
      describe: "The repository to push to; created by the first push",
      required: true,
    },
    tag: { type: "text", describe: "The image's tag", required: true },
    dockerfile: {
      type: "flag",
      describe: "Use the Dockerfile even if there is a start script",
      default: false,
    },
    revision: { type: "text", describe: "The full commit that the image is built from, for its label" },
  },
  examples: ["moorage local image examples/hello --repository hello --tag v1"],
  async run({ dir, repository, tag, revision, dockerfile }, invocation) {
    const { buildImage, checkBuild } = await import("@moorage/local-aws");
    const { registryTrace, tracedBuild } = await import("../../adapters/images/local-builder.js");
    const { createdFrom } = await import("../../features/build/version.js");
    const [{ startLocalTarget }, { recordLocalBuild }, { ownFormatLabels }] = await Promise.all([
      import("../../context/local-target.js"),
      import("../../features/build/record-local-build.js"),
      import("../../core/format.js"),
    ]);
    const { reporter, cwd, env, signal } = invocation;
    const app = { folder: resolve(cwd, dir), repository, tag, revision, created: createdFrom(env) };
    await checkBuild(app);
    const local = await startLocalTarget(invocation);
    const { registry } = await local.status();
    const authorization = local.home.credentials.registryAuthorization();
    reporter.notify({ kind: "step", text: `Building ${repository}:${tag}` });
    const onLine = (text: string) => reporter.notify({ kind: "detail", text });
    const prefer = dockerfile ? "dockerfile" : "package";
    const value = await buildImage({
      ...{ ...app, registry, authorization, env, signal, prefer, onLine },
      labels: ownFormatLabels(),
      buildDockerfile: tracedBuild(reporter.trace),
      onRequest: registryTrace(reporter.trace),
    });
    await recordLocalBuild(invocation, local.home, { ...value, revision });
    return { value, text: `${value.image}\n${value.digest}` };
  },
});
