import type { At } from "./compare.js";

/** Where an implementation does not answer as AWS's documentation says. */
export interface Difference extends At {
  by: "ministack" | "local";
  question: string;
  why: string;
}

/** What one of them cannot be asked. */
export type Unasked = Pick<Difference, "by" | "question" | "why">;

const notRefused = "ministack lets through what AWS refuses with this error";
const noContainers = "without Docker it only says that tasks run: no image is pulled, no address is known";
const plain = "it writes less, or other words, than ECS does";
const ids = "its ids are shorter, or of another form, than ECS's";
const noServiceDeployments = "it has no service deployments of rolling deployments";

function ministack(question: string, why: string, says: Record<string, unknown>): Difference[] {
  return Object.entries(says).map(([at, value]) => ({ by: "ministack", question, at, says: value, why }));
}

const newService = "rolloutFacts: a new service whose rollout has ended";
const otherRevision = "rolloutFacts: another revision has replaced the first";
const forced = "forceDeployment: another deployment of the same task definition";

/** Every known difference, by the version of ministack that the tests pin, and of the local target. */
export const differences: Difference[] = [
  ...ministack(
    "families: those that begin like this, once each, whatever their revisions",
    "it lists no family for the status ALL",
    { "": [] },
  ),
  ...ministack(
    "GetDownloadUrlForLayer: an address of the target itself",
    "it gives AWS's own address, whatever its endpoint is",
    { "": false },
  ),
  ...ministack("executeCommand: a task that was started without ECS Exec", notRefused, { "": "a session" }),
  ...ministack(
    "runningService: what it runs, and what its load balancer knows of it",
    "its target groups name no load balancer",
    { hosts: [] },
  ),
  ...ministack("DescribeImages: a tag that is not there", notRefused, { "": "no error" }),
  ...ministack("PutImage: the same bytes under the same tag", notRefused, { "": "no error" }),
  ...ministack("PutImage: bytes whose layers are not there", notRefused, { "": "no error" }),
  ...[newService, otherRevision].flatMap((question) => [
    ...ministack(question, plain, {
      "service.events": false,
      "service.deployments.0.rolloutStateReason": "ECS deployment completed.",
      "tasks.0.stoppedReason": "",
      "tasks.0.stopCode": "",
    }),
    ...ministack(question, ids, { "service.deployments.0.idFormed": false, "tasks.0.idFormed": false }),
    ...ministack(question, noServiceDeployments, { serviceDeployments: [] }),
    ...ministack(question, noContainers, { "tasks.0.digestIsOurs": false }),
  ]),
  ...ministack(otherRevision, plain, {
    "tasks.1.stoppedReason": "Deployment completed",
    "tasks.1.stopCode": "UserInitiated",
  }),
  ...ministack(otherRevision, ids, { "tasks.1.idFormed": false }),
  ...ministack(otherRevision, noContainers, { "tasks.1.digestIsOurs": false }),
  ...ministack(
    "knownDeployments: the deployment's id and its service deployment's ARN",
    noServiceDeployments,
    { "": ["id"] },
  ),
  ...ministack(forced, plain, { "deployments.0.rolloutStateReason": "ECS deployment completed." }),
  ...ministack(forced, ids, { "deployments.0.idFormed": false }),
  ...ministack("DeleteService: what is gone is described as INACTIVE, and cannot be updated", notRefused, {
    update: "no error",
  }),
  ...ministack("CreateService: a namesake that runs", "it refuses under another code", {
    "": "ClientException",
  }),
  ...ministack("CreateService: a target group that no listener uses", notRefused, { "": "no error" }),
  ...ministack("StopServiceDeployment: one that never was", noServiceDeployments, { "": "InvalidAction" }),
  ...ministack("RegisterTaskDefinition: CPU and memory that Fargate does not pair", notRefused, {
    "": "no error",
  }),
  ...ministack("F17: DescribeAccountLimits: the two that previews fill", "it has no such operation", {
    "": "InvalidAction",
  }),
  ...ministack("F16: CreateRule: a priority that is taken", notRefused, { code: "no error", message: "" }),
  ...ministack(
    "targetHealth: targets of a group that no rule uses",
    "it calls every registered target healthy",
    { "0.state": "healthy", "0.reason": undefined },
  ),
  ...ministack("targetHealth: the task of a service", noContainers, { "": [] }),
  ...ministack("DescribeTargetGroups: a name that is not there", notRefused, { "": "no error" }),
  ...ministack("F18: DeleteTargetGroup: one that a rule uses, and when the rule is gone", notRefused, {
    "0": "no error",
    "1": "TargetGroupNotFoundException",
  }),
  ...ministack("CreateTargetGroup: a name of 33 characters", notRefused, { "": "no error" }),
  ...ministack("refusedCalls: a role that is not there", notRefused, { "": "no error" }),
  ...ministack(
    "ListClusters, DescribeLoadBalancers, DescribeVpcs, DescribeSubnets: the foundation's are among the account's",
    "its load balancers are in a VPC of their own",
    { "listener.isInVpc": false },
  ),
  ...ministack(
    "DescribeListenerCertificates and DescribeCertificate: a listener without, and what is not there",
    "it has no such operation",
    { listener: "InvalidAction" },
  ),
  ...ministack("DescribeRule, ListTargetsByRule, RemoveTargets, ListRules: what is not there", notRefused, {
    targets: "no error",
    removed: "no error",
  }),
];

const noScans = "it has no scans of images";
const noQuotas = "it has no Service Quotas";

const configBlob = "it would read the image's configuration from AWS's own address";

/** The last two until the difference in GetDownloadUrlForLayer is gone. */
export const unasked: Unasked[] = [
  { by: "ministack", question: "imageScan: an image that nobody has scanned", why: noScans },
  { by: "ministack", question: "accountQuota: vCPUs of Fargate", why: noQuotas },
  { by: "ministack", question: "GetAWSDefaultServiceQuota: elastic IPs", why: noQuotas },
  { by: "ministack", question: "resolveImage: an image", why: configBlob },
  { by: "ministack", question: "resolveImage: an index with an attestation", why: configBlob },
];
