import { defineCommand } from "../core/command.js";
import { durationMs, environment } from "./options.js";

export const request = defineCommand({
  name: "request",
  describe: "Asks another repository to deploy a version: records it, starts the workflow, follows the run",
  positionals: { environment },
  options: {
    tag: { type: "text", describe: "The image tag to deploy", required: true },
    repository: { type: "text", describe: "owner/name of the repository [default: moorage:request]" },
    workflow: { type: "text", describe: "The workflow's file [default: moorage:request, else deploy.yml]" },
    ref: {
      type: "text",
      describe: "Branch or tag that it runs on [default: moorage:request, else the default branch]",
    },
    app: { type: "text", describe: "The app's name there [default: moorage:app]" },
    timeout: { type: "text", describe: "Timeout of the run, including approvals", default: "60m" },
  },
  examples: ["$0 request staging --tag v1.2.3 --repository acme/infrastructure"],
  async run(args, invocation) {
    const [{ chooseRequest }, { openGitHub }, { openAws }, requests, describe, steps] = await Promise.all([
      import("../features/releases/remote-deploy/choose.js"),
      import("../adapters/github/client.js"),
      import("../context/context.js"),
      import("../features/releases/remote-deploy/remote-deploy.js"),
      import("../features/releases/remote-deploy/describe.js"),
      import("../features/releases/remote-deploy/publish.js"),
    ]);
    const timeoutMs = await durationMs("--timeout", args.timeout);
    const { wanted, access, site } = await chooseRequest(args, invocation);
    const { reporter, signal } = invocation;
    const aws = await openAws(invocation, { project: wanted.app, site });
    try {
      const github = openGitHub(access, { reporter, signal });
      const edges = { github, aws, reporter, signal };
      const value = await steps.publishedRequest(invocation, () =>
        requests.requestDeployment({ ...wanted, timeoutMs }, edges),
      );
      return { value, text: describe.describeRequest(value) };
    } finally {
      aws.close();
    }
  },
});
