import { defineCommand } from "../core/command.js";

export const init = defineCommand({
  name: "init",
  describe: "Writes configuration, a first service and workflows into an app's repository",
  options: {
    import: {
      type: "text",
      describe:
        "What runs today: compose.yaml, copilot/, or service:<cluster>/<name>; its services are written, and what is not carried over is said",
    },
    app: { type: "text", describe: "The app's name [default: from the repository or the folder]" },
    repository: { type: "text", describe: "Its GitHub repository: acme/hello [default: git's origin]" },
    registry: {
      type: "list",
      describe:
        "Where images are stored: a host for all environments, or prod=HOST for one [default: ECR of --listener's account]",
    },
    region: { type: "text", describe: "The AWS region [default: the registry's]" },
    domain: { type: "text", describe: "The parent domain of the hosts" },
    zone: { type: "text", describe: "The domain's Route 53 zone; without one, no foundation is written" },
    port: {
      type: "text",
      describe: "The port that the app listens on [default: the Dockerfile's, else 8080]",
    },
    health: { type: "text", describe: "The health check's path [default: /health]" },
    environments: {
      type: "list",
      describe: "In the order of promotion [default: dev staging prod]",
    },
    reviewer: {
      type: "list",
      describe:
        "Who approves releases to the last environment, or to another as staging=WHO: a login, or team:SLUG",
    },
    unreviewed: {
      type: "list",
      describe: "Environments between the first and the last that releases reach without approval",
    },
    cluster: { type: "text", describe: "An ECS cluster that exists: its name or ARN" },
    listener: {
      type: "text",
      describe:
        "A load balancer's listener that exists, for environments: its ARN; the rest is looked up, if AWS can be asked",
    },
    "preview-listener": {
      type: "text",
      describe: "The same for previews, of another load balancer [default: previews share --listener]",
    },
    vpc: { type: "text", describe: "A VPC that exists [default: the listener's]" },
    subnets: { type: "list", describe: "The subnets of the tasks in that VPC [default: looked up]" },
    foundation: {
      type: "list",
      describe:
        "A foundation of another project that environments stand on: platform/foundation-dev for all, or prod=platform/foundation-prod for one",
    },
    "state-key": {
      type: "text",
      describe:
        "The ARN of the state's KMS key, which stacks of other accounts need [default: alias/moorage]",
    },
    install: {
      type: "text",
      choices: ["vendor", "npm", "action"],
      describe:
        "How workflows come to Moorage: it is in the repository, a package, or another repository's workflows [default: vendor]",
    },
    from: { type: "text", describe: "The repository with Moorage's releases and workflows: acme/moorage" },
    ref: {
      type: "text",
      describe: "With --install action: the tag, branch or commit of --from [default: this version's tag]",
    },
    infrastructure: {
      type: "text",
      describe: "The repository that deploys, where it is another one: a workflow that asks it is written",
    },
    yes: { type: "flag", describe: "Ask nothing; use the defaults" },
    "dry-run": { type: "flag", describe: "Show what would be written; write nothing" },
    force: { type: "flag", describe: "Replace files that differ, without asking" },
  },
  examples: [
    "$0 init   # in a terminal: asks for what it cannot detect",
    "$0 init --import copilot/ --environments test prod --dry-run",
    "$0 init --yes --domain example.com --registry 111111111111.dkr.ecr.us-east-1.amazonaws.com --reviewer ann staging=ann",
  ],
  async run(args, invocation) {
    const [
      { gatherAnswers },
      { publishedWorkflows },
      { init: write },
      { describeInit, nextSteps },
      { openFolder },
    ] = await Promise.all([
      import("../features/setup/init/gather.js"),
      import("../features/setup/init/published.js"),
      import("../features/setup/init/init.js"),
      import("../features/setup/init/describe.js"),
      import("../features/setup/init/folder.js"),
    ]);
    const cwd = await openFolder(invocation.cwd);
    const published = await publishedWorkflows(invocation.env);
    const { answers, folder, offers, left } = await gatherAnswers(args, published, { ...invocation, cwd });
    const options = { dryRun: args["dry-run"] === true, force: args.force === true };
    const files = await write(cwd, answers, published, options, invocation);
    const value = {
      folder: cwd,
      dryRun: options.dryRun,
      files,
      next: nextSteps(answers, folder),
      offers,
      left,
    };
    return { value, text: describeInit(value) };
  },
});
