import { z } from "zod";
import { type Report, rule, withRules } from "./rule.js";
import { main, pattern } from "./main-schema.js";
import { configShape } from "./schema.js";
import { anyText, arnOf, flag, oneOf, stackName, strict, textMatching } from "./values.js";

export const login = textMatching(
  /^(?=.{1,39}$)[A-Za-z0-9]+(-[A-Za-z0-9]+)*(\[bot\])?$/,
  "a GitHub user's login",
);
export const slug = textMatching(/^[A-Za-z0-9._-]{1,100}$/, "a team's slug, without its organization");

const patterns = z.array(pattern, { error: "must be a list of patterns such as main or v*" });

/** https://docs.github.com/en/actions/reference/workflows-and-actions/variables, "Naming conventions". */
const variableName = textMatching(
  /^(?!GITHUB_)[A-Z_][A-Z0-9_]{0,99}$/,
  "a variable's name: capitals, digits and underscores, not beginning with GITHUB_",
);
const variables = z
  .record(variableName, anyText, {
    error: "must map variable names to text",
  })
  .default({});

export const region = textMatching(/^[a-z]{2,}(-[a-z]+)+-[0-9]+$/, "a region such as us-east-1");

const longestWait = 43_200;
const minutesIn = { m: 1, h: 60, d: 1_440 } as const;

/** Text such as "30m"; minutes once parsed. Source: REST API, "Create or update an environment", `wait_timer`. */
const wait = z
  .string()
  .refine((value) => minutesOf(value) > 0 && minutesOf(value) <= longestWait, {
    error: 'must be a time of at most 30 days such as "30m", "12h" or "2d"',
  })
  .transform(minutesOf);

/** NaN where it is no time. */
function minutesOf(value: string): number {
  const [, count, unit] = /^([0-9]{1,5})([mhd])$/.exec(value) ?? [];
  return Number(count) * minutesIn[(unit ?? "m") as keyof typeof minutesIn];
}

const environment = strict({
  /** Either approves. At most six in all; without any, GitHub asks nobody. */
  reviewers: strict({ users: z.array(login).default([]), teams: z.array(slug).default([]) }).prefault({}),
  wait: wait.optional(),
  /** Whoever started the run may not approve it. */
  preventSelfReview: flag.default(false),
  /** Whether the repository's administrators may pass the reviewers and the wait. */
  adminsBypass: flag.default(false),
  /** Branches that may deploy there, instead of what `moorage:triggers` makes of it. */
  branches: patterns.optional(),
  tags: patterns.optional(),
  /** The stack whose role for this environment its jobs assume. */
  foundation: textMatching(
    /^[A-Za-z0-9][A-Za-z0-9._/-]*$/,
    "a stack's name such as foundation-dev",
  ).optional(),
  /** What they assume instead. */
  deployRole: arnOf("iam").optional(),
  region: region.optional(),
  variables,
  /** Said where releases reach it and no approval is required: whoever may push a release's tag deploys there. */
  unreviewed: flag.default(false),
  /** Whether a plan that removes it is refused; by default, that of an environment with reviewers or a wait. */
  protect: flag.optional(),
});

const publishers = strict({
  users: z.array(login).default([]),
  teams: z.array(slug).default([]),
  roles: z.array(oneOf(["admin", "maintain", "write"])).default(["admin"]),
});

/** Tags of releases, which the workflows deploy: only those who publish releases make, move or delete them. */
const tags = strict({
  /** False leaves them to rules that others have made. */
  protect: flag.default(true),
  /** By default, the tags of the app's releases. */
  patterns: patterns.min(1).optional(),
  publishers: publishers.prefault({}),
  enforcement: oneOf(["active", "evaluate", "disabled"]).default("active"),
});

const { app, scope, preview, triggers, release, main: _main, ...others } = configShape;

/** What `Pulumi.yaml` says for all stacks, and this one has no use for. */
const unread = Object.fromEntries(Object.keys(others).map((key) => [key, z.unknown().optional()]));

export const githubShape = {
  app: app.optional(),
  scope,
  preview,
  triggers,
  release,
  repository: textMatching(
    /^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9._-]{1,100}$/,
    "a repository with its owner, such as acme/hello",
  ),
  /** By name; by default, `preview` and all that `moorage:triggers` names. */
  environments: z
    .record(stackName, environment, { error: "must map environment names to their settings" })
    .optional(),
  main: main.prefault({}),
  tags: tags.prefault({}),
  /** Whether GitHub's plan has rulesets; the driver sets false where GitHub says that it has none. */
  rulesets: z
    .union([flag, z.enum(["true", "false"]).transform((value) => value === "true")], {
      error: "must be true or false",
    })
    .default(true),
  /** The role for jobs that build and push, instead of the role of the foundation that the main branch deploys to. */
  buildRole: arnOf("iam").optional(),
  /** The role for jobs that build and push pull requests' images, instead of the foundation's. */
  previewBuildRole: arnOf("iam").optional(),
  region: region.optional(),
  /** Where the jobs' Pulumi keeps its state. */
  backend: textMatching(/^[a-z0-9+]+:\/\/\S+$/, "a URL such as s3://bucket").optional(),
  variables,
  /** By resource, the id of what the repository had before, which is taken over; set by the driver. */
  adopt: z.record(z.string(), z.string()).default({}),
};

const gates = z.record(
  z.string(),
  z.object({
    reviewers: z
      .object({ users: z.array(z.unknown()).default([]), teams: z.array(z.unknown()).default([]) })
      .prefault({}),
    wait: z.unknown().optional(),
  }),
);

const rules = [
  rule({ environments: gates }, ({ environments }, report) => {
    for (const [name, { reviewers }] of Object.entries(environments)) {
      if (reviewers.users.length + reviewers.teams.length <= 6) continue;
      report(["environments", name, "reviewers"], "must be at most 6 users and teams together");
    }
  }),
  rule(
    { release: z.record(z.string(), z.unknown()), environments: gates.optional() },
    ({ release: releases, environments }, report) => {
      const gated = Object.keys(releases).filter((name) => releases[name] === "approval");
      for (const name of gated) checkGate(name, environments, report);
    },
  ),
];

/** A release that wants an approval which GitHub never asks for would stop there. */
function checkGate(name: string, environments: z.infer<typeof gates> | undefined, report: Report): void {
  const found = environments?.[name];
  if (environments !== undefined && found === undefined) return;
  const { reviewers, wait: timer } = found ?? {};
  if (timer !== undefined || (reviewers?.users.length ?? 0) + (reviewers?.teams.length ?? 0) > 0) return;
  report(
    ["environments", name],
    "needs reviewers or a wait, because moorage:release says approval; if GitHub's plan has none, use manual",
  );
}

/** The namespace `moorage:` of the stack `github`. Waits are minutes once parsed. */
export const githubSchema = withRules(strict({ ...unread, ...githubShape }), rules);

export type GitHubConfig = z.infer<z.ZodObject<typeof githubShape>>;
