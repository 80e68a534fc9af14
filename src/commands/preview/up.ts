import { defineCommand } from "../../core/command.js";
import { badRequest } from "../../core/errors.js";
import { approvedCommit, durationMs, lockTimeout, prOfEvent } from "../options.js";

export const previewUp = defineCommand({
  name: "preview up",
  describe: "Creates or updates a pull request's preview and waits until its URL answers",
  options: {
    pr: prOfEvent,
    tag: {
      type: "text",
      describe: "The image tag to run [default: MOORAGE_IMAGE_TAG, else the PR's head commit]",
    },
    "approved-commit": approvedCommit,
    "lock-timeout": lockTimeout,
  },
  examples: [
    "$0 preview up --pr 42 --tag sha-0123456789ab",
    "$0 preview up   # in a workflow: the event's PR and commit",
  ],
  async run(args, invocation) {
    const [
      previewRun,
      { readPreview },
      { previewTag },
      { deployPreview },
      pullWatch,
      refusals,
      { wholeCommit },
      describe,
    ] = await Promise.all([
      import("../../features/publish/preview-run.js"),
      import("../../context/preview-stack.js"),
      import("../../core/project/tag.js"),
      import("../../features/previews/deploy-preview.js"),
      import("../../features/previews/pull-watch.js"),
      import("../../features/previews/refusal.js"),
      import("../../core/project/commit.js"),
      import("../../features/deploy/describe.js"),
    ]);
    const approved = wholeCommit("--approved-commit", args["approved-commit"]);
    const event = await previewRun.readPreviewRun(invocation, args.pr);
    const asked = approved === undefined ? event : { ...event, headCommit: approved };
    const preview = await readPreview(invocation.cwd, asked.pr);
    const { headCommit } = asked;
    const env = invocation.env["MOORAGE_IMAGE_TAG"];
    const { tag, source } = previewTag({ flag: args.tag, env, headCommit });
    if (approved !== undefined && source !== "commit") throw twoVersions(tag);
    const end = await deployPreview(invocation, {
      asked,
      preview,
      tag,
      commit: source === "commit" ? headCommit : undefined,
      // A person at a terminal means the pull request that they name.
      watch: asked.run && pullWatch.watchPull(invocation, preview.pr, { paths: preview.paths }),
      approvedCommit: approved,
      reconciles: false,
      lockTimeoutMs: await durationMs("--lock-timeout", args["lock-timeout"]),
    });
    if (end.kind === "torn down") throw refusals.tornDown(preview.stack, end.reason);
    const { stack, ...rest } = end.result;
    const value = { stack, pr: preview.pr, ...rest };
    return { value, text: describe.describeDeployment(value) };
  },
});

function twoVersions(tag: string): Error {
  return badRequest(
    "bad-arguments",
    `--approved-commit names the version, and so does the tag ${tag}.`,
    "Leave --tag and MOORAGE_IMAGE_TAG out: only the image of the approved commit is deployed.",
  );
}
