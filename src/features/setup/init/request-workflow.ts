import { badRequest } from "../../../core/errors.js";
import { type Installation, moorageFolder, commandOf } from "./installation.js";
import type { ScaffoldFile } from "./file.js";

/** Whom an app's repository asks for deployments. */
export interface RequestAnswers {
  app: string;
  /** `acme/infrastructure`; undefined where the repository deploys itself. */
  infrastructure?: string | undefined;
  /** Where its folder is in its repository; empty at the top. */
  place: string;
  environments: readonly { name: string }[];
}

/**
 * The workflow with which an app's repository asks another one to deploy, with the token of a GitHub App: a run's own token starts
 * nothing in another repository. From the repository's top. Raises `bad-arguments` (exit 2).
 */
export function requestFiles(
  { app, infrastructure, place, environments }: RequestAnswers,
  installation: Installation,
): ScaffoldFile[] {
  if (infrastructure === undefined) return [];
  const [, owner, name] =
    /^([A-Za-z0-9][A-Za-z0-9-]{0,38})\/([A-Za-z0-9._-]{1,100})$/.exec(infrastructure) ?? [];
  if (owner === undefined || name === undefined) {
    throw badRequest(
      "bad-arguments",
      `--infrastructure ${JSON.stringify(infrastructure)} is not a repository.`,
      "Give it with its owner, such as acme/infrastructure.",
    );
  }
  if (installation.way === "action") {
    throw badRequest(
      "bad-arguments",
      "--infrastructure needs Moorage in the repository: no workflow of --from asks another repository.",
      "Use --install vendor or --install npm.",
    );
  }
  const suffix = place === "" ? "" : `-${app}`;
  const content = workflowOf({
    app,
    owner,
    name,
    environments: environments.map((one) => one.name),
    command: commandOf(installation) ?? `npx --no --prefix ${moorageFolder} -- moorage`,
    installs: installation.way === "npm",
    cwd: place === "" ? "." : place,
  });
  return [{ path: `.github/workflows/moorage${suffix}-request.yml`, content }];
}

interface Parts {
  app: string;
  owner: string;
  name: string;
  environments: readonly string[];
  command: string;
  installs: boolean;
  cwd: string;
}

const installStep = `
      - name: Install Moorage
        run: exec npm ci --ignore-scripts --prefix ${moorageFolder}`;

/** Actions by commit, as in Moorage's own workflows. */
function workflowOf({ app, owner, name, environments, command, installs, cwd }: Parts): string {
  const install = installs ? installStep : "";
  return `# Written by \`moorage init --infrastructure ${owner}/${name}\`: asks that repository to deploy a version of ${app}.
name: Request a deployment of ${app}

on:
  workflow_dispatch:
    inputs:
      environment:
        description: Where
        type: choice
        options: [${environments.join(", ")}]
        required: true
      tag:
        description: The tag of the images
        type: string
        required: true
  workflow_call:
    inputs:
      environment:
        description: Where
        type: string
        required: true
      tag:
        description: The tag of the images
        type: string
        required: true
    secrets:
      MOORAGE_APP_PRIVATE_KEY:
        description: Of the GitHub App that may start workflows of ${owner}/${name}
        required: true

permissions: {}

concurrency:
  # A group of each run's own: turns are kept where it is deployed.
  group: request-\${{ github.run_id }}
  cancel-in-progress: false

env:
  # npx hands a signal to its shell only: bash, unlike dash, is replaced by the command.
  NPM_CONFIG_SCRIPT_SHELL: bash
  MOORAGE: ${command}

jobs:
  request:
    name: Ask for \${{ inputs.environment }}
    runs-on: ubuntu-latest
    timeout-minutes: 90
    permissions:
      contents: read # the code
      id-token: write # the role on AWS
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - uses: actions/setup-node@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0
        with:
          node-version: "24"
          package-manager-cache: false${install}
      - uses: aws-actions/configure-aws-credentials@e6de054238d6b7531b4efff3b6587d9aade6a06c # v6.2.3
        with:
          role-to-assume: \${{ vars.MOORAGE_BUILD_ROLE_ARN }}
          aws-region: \${{ vars.AWS_REGION }}
      - name: Token of the GitHub App
        id: app
        uses: actions/create-github-app-token@bcd2ba49218906704ab6c1aa796996da409d3eb1 # v3.2.0
        with:
          client-id: \${{ vars.MOORAGE_APP_CLIENT_ID }}
          private-key: \${{ secrets.MOORAGE_APP_PRIVATE_KEY }}
          owner: ${owner}
          repositories: ${name}
          permission-actions: write
          permission-metadata: read
      - name: Ask
        env:
          GITHUB_TOKEN: \${{ steps.app.outputs.token }}
          ENVIRONMENT: \${{ inputs.environment }}
          TAG: \${{ inputs.tag }}
        run: exec $MOORAGE request "$ENVIRONMENT" --tag "$TAG" --repository ${owner}/${name} --cwd ${cwd}
`;
}
