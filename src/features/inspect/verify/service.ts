import { capacityKind } from "../../../core/project/capacity.js";
import { parseArn } from "../../../core/project/arn.js";
import { roleName, serviceName } from "../../../core/project/aws-names.js";
import { imagesIn } from "../../../core/project/jobs.js";
import { wiringOf } from "../../../adapters/aws/cluster.js";
import { trustPolicy } from "../../../adapters/aws/roles.js";
import { referenceIn, referenceName, shownValue } from "../../../core/project/references.js";
import { secretState } from "../../../adapters/aws/secrets.js";
import { targetGroupNow } from "../../../adapters/aws/target-groups.js";
import { resolveImages } from "../../deploy/images.js";
import { type Judgement, fail, pass, judgeRefusal, skip } from "./finding.js";
import type { VerifyInput } from "./verify-input.js";
import { judgeTrust } from "./trust.js";
import { trafficPort } from "../../../core/project/target-options.js";

const toCome = skip("The first deployment creates it.");

/** The image is there, for the service's platform, and made from the commit that its tag names (F21). */
export async function judgeImage(
  { context, config, record, imageTag }: VerifyInput,
  name: string,
): Promise<Judgement> {
  const service = imagesIn(config)[name];
  if (service?.image !== undefined)
    return skip(`${service.image} is fixed, and not in this environment's registry.`);
  const digest = imageTag === undefined ? record?.deployed?.digests[name] : undefined;
  const asked = digest ?? imageTag ?? "latest";
  const alone = { ...service, sidecars: {} } as (typeof config.services)[string];
  const asIfAlone = { ...config, services: { [name]: alone }, jobs: {} };
  const [image] = await resolveImages(
    context.aws,
    asIfAlone,
    () => asked,
    false,
    context.target.platform,
  ).catch((error: unknown) => [judgeRefusal(error)]);
  if (image === undefined) return skip("Its image could not be checked.");
  return "result" in image ? image : pass(`${image.image} exists, for its platform.`);
}

/** Deployed before, so its resources must be there. */
function deployedService({ record }: VerifyInput, name: string) {
  return record?.deployed?.services.find((service) => service.name === name);
}

function isDeployed(subject: VerifyInput, name: string): boolean {
  const jobs = subject.record?.deployed?.jobs ?? [];
  return deployedService(subject, name) !== undefined || jobs.some((job) => job.name === name);
}

export async function judgeRole(
  subject: VerifyInput,
  name: string,
  kind: "execution" | "task",
): Promise<Judgement> {
  const { context, config, environment, foundation } = subject;
  const role = roleName({ app: config.app, service: name, stack: environment }, kind);
  const document = await trustPolicy(context.aws, role);
  if (document === undefined) return isDeployed(subject, name) ? fail(`There is no role ${role}.`) : toCome;
  if (foundation.cluster === undefined) return skip("The account of its tasks is unknown: see `foundation`.");
  const { result, message } = judgeTrust(document, parseArn(foundation.cluster));
  return { result, message: `${role}: ${message}` };
}

/** The service, its target group and the load balancer fit each other. */
export async function judgeTargetGroup(subject: VerifyInput, name: string): Promise<Judgement> {
  const { context, config, environment, foundation, record } = subject;
  const deployed = deployedService(subject, name);
  if (deployed === undefined) return toCome;
  const { targetGroup: arn } = deployed;
  if (arn === undefined) return skip("It was a worker: the next deployment creates its target group.");
  const group = await targetGroupNow(context.aws, arn);
  if (group === undefined) return fail(`${arn} does not exist any more.`);
  const cluster = foundation.cluster ?? record?.clusterArn;
  const nameInEcs = serviceName({ app: config.app, service: name, stack: environment });
  const wirings = cluster === undefined ? undefined : await wiringOf(context.aws, cluster, nameInEcs);
  const wiring = wirings?.find(({ targetGroup }) => targetGroup === arn);
  if (group.loadBalancers.length === 0) return fail(`No load balancer uses ${arn}.`);
  if (group.targetType !== capacityKind.targetType)
    return fail(
      `${arn} takes targets of type ${group.targetType}; ${capacityKind.name} requires ${capacityKind.targetType}.`,
    );
  if (foundation.vpc !== undefined && group.vpc !== foundation.vpc) {
    return fail(`${arn} is in ${group.vpc}, but the foundation in ${foundation.vpc}.`);
  }
  if (wirings !== undefined && wiring === undefined)
    return fail(`The service does not register its tasks with ${arn}.`);
  for (const further of deployed.furtherGroups ?? []) {
    const loadBalancers = (await targetGroupNow(context.aws, further))?.loadBalancers;
    if (loadBalancers === undefined) return fail(`${further} does not exist any more.`);
    if (loadBalancers.length === 0) return fail(`No load balancer uses ${further}.`);
    if (wirings !== undefined && !wirings.some(({ targetGroup }) => targetGroup === further))
      return fail(`The service does not register its tasks with ${further}.`);
  }
  // ECS registers each task with the port of its own: the group keeps the one that it was made with.
  const registered = wiring?.containerPort ?? group.port;
  const port = trafficPort(config.services[name] ?? {}) ?? registered;
  const change = port === registered ? "" : `; the next deployment registers port ${port}`;
  return pass(`Port ${registered}, ${group.protocol}, behind a load balancer${change}.`);
}

/** A parameter or a secret is there. Whether the execution role may read it is judged apart. */
export async function judgeSecret({ context }: VerifyInput, arn: string): Promise<Judgement> {
  const reference = referenceIn(arn);
  if (reference !== undefined && !["fromSecret", "fromSsm"].includes(reference.from))
    return skip(`${referenceName(reference)} is looked up by the next plan or deployment.`);
  const state = await secretState(context.aws, reference ?? arn);
  const name = shownValue(arn);
  return state === "there" ? pass(`${name} is there.`) : fail(`${name} is ${state}.`);
}
