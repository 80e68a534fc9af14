import { z } from "zod";
import { allowedStatements, typeTokens } from "./own-schema.js";
import { policyStatements } from "./policy-statements.js";
import { arnOf, flag, oneOf, repositoryName, strict, textMatching, wholeNumber } from "./values.js";

const accountId = textMatching(/^[0-9]{12}$/, "an account's id: 12 digits, in quotes");
const accounts = z.array(accountId, { error: "must be a list of account ids" }).default([]);
const subnetIds = z.array(textMatching(/^subnet-[a-z0-9]+$/, "a subnet's id: subnet-..."), {
  error: "must be a list of subnet ids",
});

/** Services that tasks without a way out need an endpoint of. */
export const endpointNames = ["s3", "ecr", "logs", "secretsmanager", "ssm", "ssmmessages"] as const;

/** A network of its own; with `vpc` one that exists. */
export const network = strict({
  /** Source: VPC, "VPC CIDR blocks": /16 to /28; two kinds of subnet in each zone want /24 at least. */
  cidr: textMatching(
    /^([0-9]{1,3}\.){3}[0-9]{1,3}\/(1[6-9]|2[0-4])$/,
    "a CIDR block of /16 to /24, such as 10.0.0.0/16",
  ).default("10.0.0.0/16"),
  /** Availability zones; a load balancer wants two. */
  zones: wholeNumber(2, 6).default(2),
  nat: oneOf(["single", "perZone", "none"]).default("single"),
  /** `public` gives tasks a public address, which costs less than NAT. */
  tasks: oneOf(["private", "public"]).default("private"),
  /** S3's is free; each of the others costs by the hour and zone. */
  endpoints: z.array(oneOf(endpointNames), { error: "must be a list of services" }).default(["s3"]),
  vpc: textMatching(/^vpc-[a-z0-9]+$/, "a VPC's id: vpc-...").optional(),
  publicSubnets: subnetIds.optional(),
  privateSubnets: subnetIds.optional(),
});

export const repositories = strict({
  /** All that images are pushed to; by default, the app's name. */
  names: z.array(repositoryName, { error: "must be a list of repository names" }).min(1).optional(),
  /** Commit images (`sha-`) that are kept: more than deployments between two releases, or a rollback finds none. */
  keep: wholeNumber(50, 10_000).default(500),
  /** Days after which an image without a tag goes. */
  untaggedDays: wholeNumber(1, 365).default(14),
  /** Days that an image of a pull request stays: longer than its preview may live. */
  previewDays: wholeNumber(1, 365).default(30),
  /** Accounts that may pull: those of the environments that images are promoted to. */
  pullAccounts: accounts,
  /** Accounts whose images are promoted to here. */
  promoteFrom: accounts,
});

/** Where Pulumi keeps its state. */
export const state = strict({
  bucket: textMatching(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "a bucket's name"),
  /** The key that a bucket which exists is encrypted with; `alias/moorage` is what `infra bootstrap` makes. */
  key: textMatching(
    /^(arn:[a-z0-9-]+:kms:[^\s]+|alias\/[A-Za-z0-9/_-]{1,250})$/,
    "a key's ARN, or its alias such as alias/moorage",
  ).optional(),
  /** True for a bucket that `moorage infra bootstrap`, or somebody else, has made. */
  existing: flag.default(false),
  /** Other accounts whose roles of this app use the bucket and the key too; of one that exists, `infra bootstrap --account` says so. */
  accounts,
});

const secretNames = z
  .array(textMatching(/^[A-Za-z0-9/_+=.@*-]{1,512}$/, "a name, or its beginning with * at the end"), {
    error: "must be a list of names",
  })
  .default([]);

/** What all previews of the app may have, beside secrets and parameters below the app's preview prefix. */
export const previews = strict({
  /** Names in Secrets Manager; `<app>/preview/*` is always among them. */
  secrets: secretNames,
  /** Names in Parameter Store; `/<app>/preview/*` is always among them. */
  parameters: secretNames,
  /** KMS keys of one's own that these are encrypted with. */
  keys: z.array(arnOf("kms"), { error: "must be a list of KMS key ARNs" }).default([]),
  /** Managed policies of the tasks' role. */
  policies: z.array(arnOf("iam"), { error: "must be a list of policy ARNs" }).default([]),
  /** Exports of CloudFormation that their settings may refer to, or beginnings with `*`. */
  exports: z
    .array(
      textMatching(/^[A-Za-z0-9:-]{1,255}\*?$/, "an export's name, or its beginning with * at the end"),
      {
        error: "must be a list of exports' names",
      },
    )
    .default([]),
  /** What the tasks' role allows besides: what `statements` of services and of moorage.ts may ask for. */
  statements: policyStatements.default([]),
  /** Types of resources that a preview's moorage.ts may declare. */
  types: typeTokens.default([]),
  /** What the role of previews may do to make them. */
  resources: allowedStatements.default([]),
});

/** What tasks of environments may have at most, beside what starts them and what is below the environment's own prefix. */
export const tasks = strict({
  secrets: secretNames,
  parameters: secretNames,
  /** Stacks whose outputs the environments' settings may refer to: `network-dev`, `platform/network-dev`. */
  stacks: z
    .array(textMatching(/^([A-Za-z0-9_.-]+\/)?[A-Za-z0-9_.-]+$/, "a stack, such as platform/network-dev"), {
      error: "must be a list of stacks",
    })
    .default([]),
  statements: allowedStatements.default([]),
});

const workflowRefs = z.array(
  textMatching(
    /^[A-Za-z0-9._-]+\/[A-Za-z0-9._-]+\/\.github\/workflows\/[A-Za-z0-9._*-]+@[A-Za-z0-9._/*-]+$/,
    "a workflow and a ref, such as acme/hello/.github/workflows/deploy.yml@refs/heads/main",
  ),
);

const branchName = textMatching(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/, "a branch's name");

/** What a repository is to the roles that trust its workflows. */
const trustedRepository = {
  repository: textMatching(
    /^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9._-]{1,100}$/,
    "a repository with its owner, such as acme/hello",
  ),
  repositoryId: wholeNumber(1, Number.MAX_SAFE_INTEGER).optional(),
  ownerId: wholeNumber(1, Number.MAX_SAFE_INTEGER).optional(),
  /**
   * Which form the subject of its tokens has: `names`, or with `ids` `repo:acme@1/hello@2:...`, as repositories that were
   * made, renamed or moved after 2026-07-15 send.
   */
  subject: oneOf(["names", "ids"]).default("names"),
  /** Branches whose pushes build images (of an app's own repository: and ask for versions); by default, its default branch. */
  branches: z.array(branchName, { error: "must be a list of branches" }).min(1).optional(),
};

/** The app's own repository, where another one deploys it: it pushes images, has previews, and asks for versions. */
const applicationRepository = strict({
  ...trustedRepository,
  /** Its default branch. */
  main: branchName.default("main"),
});

/** By role, the workflows that may take it; all of the repository's by default. */
const workflows = strict({
  build: workflowRefs.optional(),
  "build-previews": workflowRefs.optional(),
  preview: workflowRefs.optional(),
  deploy: workflowRefs.optional(),
  plan: workflowRefs.optional(),
  infra: workflowRefs.optional(),
}).prefault({});

/** The repository of a further app: which GitHub it is in, and the account's provider, are the foundation's. */
export const appRepository = strict({
  ...trustedRepository,
  /** Its default branch. */
  main: branchName.default("main"),
  /** Where the app is in a repository of its own, and `repository` is the one that deploys it. */
  application: applicationRepository.optional(),
  workflows,
});

/** The repository whose workflows may act here. */
export const githubAccess = strict({
  ...trustedRepository,
  /** The branch whose programs alone plan environments and apply the foundation; by default, `moorage:main.branch`. */
  main: branchName.optional(),
  /** Where the app is in a repository of its own, and `repository` is the one that deploys it. */
  application: applicationRepository.optional(),
  /** Whether there is a role with which workflows apply this foundation: it is as strong as an administrator. */
  infra: flag.default(false),
  /** The GitHub that the repository is in: an Enterprise Server, or a company's own below ghe.com. */
  server: textMatching(
    /^https:\/\/[A-Za-z0-9.-]+(:[0-9]{1,5})?\/?$/,
    "a GitHub's address, such as https://github.example.com",
  ).optional(),
  /** Of its tokens; by default, the server's. An enterprise of github.com may have its own. */
  issuer: textMatching(
    /^(https:\/\/)?[A-Za-z0-9.-]+(:[0-9]{1,5})?(\/[A-Za-z0-9._/-]+)?$/,
    "an issuer, such as token.actions.githubusercontent.com/acme",
  ).optional(),
  /** What the workflows' tokens are for; by default, sts.amazonaws.com. */
  audience: textMatching(/^[A-Za-z0-9.:/_-]{1,255}$/, "an audience such as sts.amazonaws.com").optional(),
  /** The provider that the account has already; there can be one for each URL. */
  provider: arnOf("iam").optional(),
  workflows,
});
