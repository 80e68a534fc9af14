import { z } from "zod";
import { configRules } from "./checks.js";
import { connectRules } from "./connect-checks.js";
import { local } from "./local-schema.js";
import { job, previewJob } from "./job-schema.js";
import { jobRules } from "./job-checks.js";
import { listenerNameRules } from "./listeners.js";
import { networkLoadBalancers, networkPortRules } from "./network-schema.js";
import { main } from "./main-schema.js";
import { typeTokens } from "./own-schema.js";
import { pathPatterns } from "./source-paths.js";
import { placeholderRules } from "./placeholder-checks.js";
import { policyStatements, statedStatements } from "./policy-statements.js";
import { previewRules } from "./preview-checks.js";
import { previewHostTemplate } from "./service-hosts.js";
import { serviceOfRule } from "./priorities.js";
import { requestShape } from "./request-schema.js";
import { withRules } from "./rule.js";
import { scope } from "./scope.js";
import { alarms, logGroupPrefix, migrate, scan } from "./service-operations.js";
import { service } from "./service-schema.js";
import { serviceShape } from "./service-shape.js";
import { variables } from "./service-values.js";
import { smoke } from "./smoke-schema.js";
import { gates, triggers } from "./triggers.js";
import {
  anyText,
  appName,
  arnOf,
  digest,
  duration,
  environmentName,
  flag,
  oneOf,
  parentDomain,
  registryHost,
  anyRepositoryName,
  ruleHost,
  secretText,
  shortName,
  stackName,
  strict,
  textMatching,
  wholeNumber,
} from "./values.js";

/** The roles that all previews of an app share, and what they may be given. */
const previewRoles = strict({
  /** Starts the tasks. */
  execution: arnOf("iam"),
  /** What the app's code has. */
  task: arnOf("iam"),
  /** ARNs of secrets and parameters, `*` and `?` as IAM has them. */
  secrets: z.array(arnOf("secretsmanager|ssm")).default([]),
  policies: z.array(arnOf("iam")).default([]),
  /** What their task role allows beside its policies. */
  statements: policyStatements.optional(),
  /** Exports of CloudFormation that previews may refer to, `*` at the end of a beginning. */
  exports: z.array(z.string()).optional(),
  /** With which EventBridge Scheduler starts the tasks of their jobs. */
  scheduler: arnOf("iam").optional(),
  /** Types of resources that previews may make of their own. */
  types: typeTokens.optional(),
});

export type PreviewRoles = z.infer<typeof previewRoles>;

const securityGroups = z.array(textMatching(/^sg-[a-z0-9]+$/, "a security group's id: sg-..."));

/** A cluster, a listener and a network that exist, however they came to be. */
export const foundationShape = strict({
  /** The ECS cluster's ARN. */
  cluster: arnOf("ecs"),
  /** The ARN of the load balancer's listener, which stack hosts are added to. */
  listener: arnOf("elasticloadbalancing"),
  vpc: textMatching(/^vpc-[a-z0-9]+$/, "a VPC's id: vpc-..."),
  subnets: z
    .array(textMatching(/^subnet-[a-z0-9]+$/, "a subnet's id: subnet-..."), {
      error: "must be a list of subnet ids",
    })
    .min(1, { error: "must name at least one subnet" }),
  /** The load balancer's own security groups; looked up when left out. */
  securityGroups: securityGroups.optional(),
  /** Hosts are `<stack>.<domain>`. */
  domain: parentDomain.optional(),
  /** Of one of several apps below the domain: hosts are `<stack>--<suffix>.<domain>`. */
  hostSuffix: shortName.optional(),
  /** Further load balancers of environments, by a name that services know them by: an internal one, one with mutual TLS. */
  listeners: z.record(shortName, arnOf("elasticloadbalancing")).default({}),
  /** Network load balancers that exist, by a name that services know them by. */
  networkLoadBalancers,
  /** Where images live, when it differs from `moorage:registry`. */
  registry: registryHost.optional(),
  /** Tasks need a public address where the subnets have neither NAT nor VPC endpoints. */
  assignPublicIp: flag.default(false),
  /** Further load balancers, which previews spread over, each with a domain of its own (F17). */
  spread: z
    .array(strict({ listener: arnOf("elasticloadbalancing"), domain: parentDomain.optional() }))
    .default([]),
  /** Load balancers of previews alone: then they stand at these, and at no other. */
  previewEntrances: z
    .array(
      strict({
        listener: arnOf("elasticloadbalancing"),
        domain: parentDomain.optional(),
        securityGroups: securityGroups.optional(),
      }),
    )
    .default([]),
  /** The most that tasks' roles may be given: the ARN of a policy, or one for each environment. */
  permissionsBoundary: z.union([arnOf("iam"), z.record(stackName, arnOf("iam"))]).optional(),
  /** Previews make no roles: without these there are none. */
  previewRoles: previewRoles.optional(),
});

export type Foundation = z.infer<typeof foundationShape>;

const deploymentShape = {
  minimumHealthyPercent: wholeNumber(0, 100).default(100),
  maximumPercent: wholeNumber(100, 200).default(200),
  /** How long a rollout may take. */
  timeout: duration.prefault("10m"),
  /** Whether ECS's circuit breaker, and after it the driver, put the last good version back. */
  rollbackOnFailure: flag.default(true),
};

/** A service's name, or of one of its further rules `<service>/<rule>`. */
const ruleKey = z.string().refine((key) => shortName.safeParse(serviceOfRule(key)).success, {
  error: "must begin with a service's name",
});

/** Of a service, or `<service>/<sidecar>` of a sidecar with an image of its own. */
const imageKey = z
  .string()
  .refine((key) => key.split("/").every((part) => shortName.safeParse(part).success), {
    error: "must be a service's name, or <service>/<sidecar>",
  });

/** What `moorage:preview` may change in a service; the rest is inherited from the base environment. */
const previewService = strict({
  cpu: serviceShape.cpu.unwrap().optional(),
  memory: serviceShape.memory.unwrap().optional(),
  desiredCount: serviceShape.desiredCount.unwrap().optional(),
  capacityProvider: serviceShape.capacityProvider.unwrap().optional(),
  env: variables.default({}),
  secrets: serviceShape.secrets.unwrap().default({}),
  policies: serviceShape.policies.unwrap().optional(),
  statements: statedStatements.optional(),
  hosts: z.array(previewHostTemplate, { error: "must be a list of host names" }).min(1).optional(),
  /** That its requests are not signed in there. */
  auth: z.literal("none", { error: "can only be none" }).optional(),
});

const preview = strict({
  base: environmentName.default("dev"),
  domain: parentDomain.optional(),
  ttl: duration.prefault("72h"),
  max: wholeNumber(1, 10_000).default(40),
  maxPerAuthor: wholeNumber(1, 10_000).optional(),
  label: textMatching(/^[^\s,].{0,49}$/u, "a label's name, at most 50 characters").default("deploy"),
  /** Whether drafts have previews. */
  drafts: flag.default(true),
  /** Whether pull requests of forks are refused, or wait for a person's approval of their head commit. */
  forks: oneOf(["refuse", "approval"]).default("refuse"),
  /** Whether a pull request's images are all built, or those whose files it changes: the others run as in the base environment. */
  build: oneOf(["all", "touched"]).default("all"),
  /** Added to every service's environment. */
  env: variables.default({}),
  services: z.record(shortName, previewService).default({}),
  /** Which jobs previews run too, and what they have other than the environment's. */
  jobs: z.record(shortName, previewJob).default({}),
  deployment: strict({ timeout: duration.optional() }).default({}),
});

const notify = strict({
  slack: secretText.optional(),
  betterStack: secretText.optional(),
  pagerDuty: secretText.optional(),
  webhook: secretText.optional(),
});

/** One entry of a capacity provider strategy. */
const share = z.object({
  capacityProvider: z.string(),
  weight: z.number().optional(),
  base: z.number().optional(),
});

/** A service's target group, rule and security group. */
const standing = z.object({
  targetGroup: z.string(),
  port: z.number().optional(),
  listener: z.string(),
  securityGroup: z.string().optional(),
  openPorts: z.array(z.number()).optional(),
  taskPort: z.number().optional(),
});

export const configShape = {
  app: appName,
  /** Whether services and jobs merge over those of Pulumi.yaml by name, in place of replacing them. */
  extends: flag.optional(),
  /** What the app is called among the several of its GitHub repository. */
  scope: scope.optional(),
  /** What it is made of: what changes none of these leaves it alone. Everything by default. */
  paths: pathPatterns.optional(),
  registry: registryHost.optional(),
  /** The stack that declares the foundation, or what it would have declared. */
  foundation: z.union(
    [textMatching(/^[A-Za-z0-9][A-Za-z0-9._/-]*$/, "a stack's name such as foundation-dev"), foundationShape],
    {
      error: "must be a foundation stack's name, or an object with cluster, listener, vpc and subnets",
    },
  ),
  /** The environment's whole host name; `<stack>.<domain>` without it. */
  host: ruleHost.optional(),
  domain: parentDomain.optional(),
  /** Checked as a tag where it is used; set by the driver. */
  imageTag: anyText.optional(),
  /** By service, where one runs another than `imageTag`; set by the driver. */
  imageTags: z.record(imageKey, anyText).default({}),
  digests: z.record(imageKey, digest).default({}),
  /** By service, the repository that its image is in, where that is not its own: of previews; set by the driver. */
  repositories: z.record(imageKey, anyRepositoryName).default({}),
  /** What names of the team's own are put below, where another foundation stands in for the configured one; set by the target. */
  hostsBelow: parentDomain.optional(),
  /** Of the foundation's listeners the one that the stack stands at; set by the driver. */
  entrance: arnOf("elasticloadbalancing").optional(),
  priorities: z.record(ruleKey, wholeNumber(1, 50_000)).default({}),
  services: z.record(shortName, service, { error: "must map service names to their settings" }),
  /** Tasks that run on a schedule, or when a person starts them. */
  jobs: z.record(shortName, job, { error: "must map job names to their settings" }).default({}),
  deployment: strict(deploymentShape).prefault({}),
  smoke,
  preview: preview.prefault({}),
  /** The repository's default branch, whose pushes are deployed. */
  main: main.optional(),
  triggers: triggers.prefault({}),
  release: gates,
  notify: notify.prefault({}),
  /** The repository that deploys, where that is another one: what `moorage request` takes by default. */
  request: requestShape.optional(),
  /** Who is told when an environment's services fail, and from when on; without it there are no alarms. */
  alarms: alarms.optional(),
  /** A one-off task with the new image before the services are updated: database migrations. */
  migrate: migrate.optional(),
  /** From which severity on `verify` finds fault with what ECR's scan of an image has found. */
  scan: scan.prefault({}),
  /** Log groups are `<prefix>/<stack>/<service>`: two apps of one account and environment need different ones. */
  logGroupPrefix: logGroupPrefix.default("/ecs"),
  /** What holds on the local target alone. */
  local: local.optional(),
  /** Log groups that a crashed run has left and the stack takes over; set by the driver. */
  adopt: z.array(z.string()).default([]),
  /** By service, the capacity provider strategy that is in place: another one is sent with a forced deployment; set by the driver. */
  capacity: z.record(shortName, z.array(share)).default({}),
  /** By service, what it has at the load balancer: names that need not change stay; set by the driver. */
  standing: z.record(shortName, standing).default({}),
  /** What was found for references, by their names: not looked up again; set by the driver and by the program. */
  references: z.record(z.string(), z.string()).default({}),
  /** The namespaces that the stack has, which stay as long as it lives; set by the driver. */
  namespaces: z.array(z.string()).default([]),
  /** What every container is told besides its own variables; set by the target. */
  taskEnv: variables.default({}),
};

/** The namespace `moorage:`. Durations are milliseconds once parsed, other times seconds as AWS has them. */
export const configSchema = withRules(strict(configShape), [
  ...configRules,
  ...connectRules,
  ...listenerNameRules,
  ...networkPortRules,
  ...jobRules,
  ...previewRules,
  ...placeholderRules,
]);

export type Config = z.infer<typeof configSchema>;
