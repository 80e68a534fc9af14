/**
 * The AWS services of the local target: the one list that the wire protocols, `local fault`, the services themselves and their Pulumi
 * types follow from. To add one: ADDING-A-SERVICE.md.
 */
import { createAcm } from "./acm/acm.js";
import { createCloudFormation } from "./cloudformation/cloudformation.js";
import { createCloudWatch } from "./cloudwatch/cloudwatch.js";
import { createIam } from "./iam/iam.js";
import { createKms } from "./kms/kms.js";
import { createRoute53 } from "./route53/route53.js";
import { createS3 } from "./s3/s3.js";
import { createServiceQuotas } from "./service-quotas/service-quotas.js";
import { scalingTypes } from "./autoscaling/types/autoscaling.js";
import { certificateTypes } from "./acm/types/certificates.js";
import { operationsTypes } from "./cloudwatch/types/operations.js";
import { ec2Types } from "./ec2/types/ec2.js";
import { repositorySettings } from "./ecr/types/repository-settings.js";
import { repository } from "./ecr/types/repository.js";
import { cluster, clusterCapacityProviders } from "./ecs/types/cluster.js";
import { service } from "./ecs/types/service.js";
import { taskDefinition } from "./ecs/types/task-definition.js";
import { listenerRule } from "./elbv2/types/listener-rule.js";
import { listener } from "./elbv2/types/listener.js";
import { loadBalancer } from "./elbv2/types/load-balancer.js";
import { targetGroup } from "./elbv2/types/target-group.js";
import { iamTypes } from "./iam/types/iam.js";
import { logGroup } from "./logs/types/log-group.js";
import { keyTypes } from "./kms/types/keys.js";
import { schedule, scheduleGroup } from "./scheduler/types/schedules.js";
import { eventTypes } from "./events/types/events.js";
import { record } from "./route53/types/record.js";
import { bucketTypes } from "./s3/types/buckets.js";
import { stateMachineTypes } from "./sfn/types/state-machine.js";
import { secret, secretVersion } from "./secretsmanager/types/secret.js";
import { httpNamespace } from "./servicediscovery/types/namespace.js";
import { parameter } from "./ssm/types/parameter.js";
import type { AwsService } from "../cloud.js";
import { storedType } from "../resources/recorded.js";
import type { ResourceType } from "../resources/resource.js";
import type { RecordedRows } from "../resources/rows.js";

/** How a service is spoken to. Source: https://smithy.io/2.0/aws/protocols/ */
export type WireProtocol =
  /** AWS JSON 1.1: `target` is the part of `X-Amz-Target` before the operation. */
  | { kind: "json"; target: string }
  /** AWS Query and EC2 Query: told apart by the `Version` in the form. */
  | { kind: "query"; version: string; namespace: string }
  /** REST: told by what the request is signed for; its operations are in wire/rest.ts and wire/rest-json.ts. */
  | { kind: "rest" };

export type ServiceName =
  | "ecs"
  | "elbv2"
  | "ecr"
  | "ssm"
  | "logs"
  | "sts"
  | "ec2"
  | "iam"
  | "cloudwatch"
  | "applicationautoscaling"
  | "secretsmanager"
  | "servicequotas"
  | "kms"
  | "acm"
  | "s3"
  | "route53"
  | "scheduler"
  | "servicediscovery"
  | "events"
  | "sfn"
  | "sqs"
  | "cloudformation";

export interface ServiceDefinition {
  protocol: WireProtocol;
  /** The service over what the provider recorded. What acts (tasks, traffic, images) is composed in target.ts instead. */
  create?: (parts: { rows: RecordedRows }) => AwsService;
  /** Its Pulumi resource types. */
  types: readonly ResourceType[];
}

export const services: Readonly<Record<ServiceName, ServiceDefinition>> = {
  ecs: {
    protocol: { kind: "json", target: "AmazonEC2ContainerServiceV20141113" },
    types: [cluster, clusterCapacityProviders, service, taskDefinition],
  },
  elbv2: {
    protocol: {
      kind: "query",
      version: "2015-12-01",
      namespace: "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
    },
    types: [listener, listenerRule, loadBalancer, targetGroup],
  },
  ecr: {
    protocol: { kind: "json", target: "AmazonEC2ContainerRegistry_V20150921" },
    types: [repository, ...repositorySettings.map(storedType)],
  },
  ssm: {
    protocol: { kind: "json", target: "AmazonSSM" },
    types: [parameter],
  },
  logs: {
    protocol: { kind: "json", target: "Logs_20140328" },
    types: [logGroup],
  },
  sts: {
    protocol: {
      kind: "query",
      version: "2011-06-15",
      namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
    },
    types: [],
  },
  ec2: {
    protocol: { kind: "query", version: "2016-11-15", namespace: "http://ec2.amazonaws.com/doc/2016-11-15/" },
    types: [...ec2Types.map(storedType)],
  },
  iam: {
    protocol: {
      kind: "query",
      version: "2010-05-08",
      namespace: "https://iam.amazonaws.com/doc/2010-05-08/",
    },
    create: ({ rows }) => createIam(rows),
    types: [...iamTypes.map(storedType)],
  },
  cloudwatch: {
    protocol: { kind: "json", target: "GraniteServiceVersion20100801" },
    create: ({ rows }) => createCloudWatch(rows),
    types: [...operationsTypes.map(storedType)],
  },
  applicationautoscaling: {
    protocol: { kind: "json", target: "AnyScaleFrontendService" },
    types: scalingTypes,
  },
  secretsmanager: {
    protocol: { kind: "json", target: "secretsmanager" },
    types: [secret, secretVersion],
  },
  servicequotas: {
    protocol: { kind: "json", target: "ServiceQuotasV20190624" },
    create: () => createServiceQuotas(),
    types: [],
  },
  kms: {
    protocol: { kind: "json", target: "TrentService" },
    create: ({ rows }) => createKms(rows),
    types: [...keyTypes.map(storedType)],
  },
  acm: {
    protocol: { kind: "json", target: "CertificateManager" },
    create: ({ rows }) => createAcm(rows),
    types: [...certificateTypes.map(storedType)],
  },
  s3: {
    protocol: { kind: "rest" },
    create: ({ rows }) => createS3(rows),
    types: [...bucketTypes.map(storedType)],
  },
  route53: {
    protocol: { kind: "rest" },
    create: ({ rows }) => createRoute53(rows),
    types: [storedType(record)],
  },
  scheduler: {
    protocol: { kind: "rest" },
    types: [schedule, scheduleGroup],
  },
  servicediscovery: {
    protocol: { kind: "json", target: "Route53AutoNaming_v20170314" },
    types: [storedType(httpNamespace)],
  },
  events: {
    protocol: { kind: "json", target: "AWSEvents" },
    types: eventTypes,
  },
  sfn: {
    protocol: { kind: "json", target: "AWSStepFunctions" },
    types: stateMachineTypes,
  },
  sqs: {
    protocol: { kind: "json", target: "AmazonSQS" },
    types: [],
  },
  cloudformation: {
    protocol: {
      kind: "query",
      version: "2010-05-15",
      namespace: "http://cloudformation.amazonaws.com/doc/2010-05-15/",
    },
    create: ({ rows }) => createCloudFormation(rows),
    types: [],
  },
};

export const serviceNames = Object.keys(services) as [ServiceName, ...ServiceName[]];

/** The services of one kind of protocol, each with what tells it from the others. */
export function spokenBy<Kind extends WireProtocol["kind"]>(
  kind: Kind,
): (Extract<WireProtocol, { kind: Kind }> & { service: ServiceName })[] {
  return serviceNames.flatMap((service) => {
    const { protocol } = services[service];
    return isKind(protocol, kind) ? [{ ...protocol, service }] : [];
  });
}

function isKind<Kind extends WireProtocol["kind"]>(
  protocol: WireProtocol,
  kind: Kind,
): protocol is Extract<WireProtocol, { kind: Kind }> {
  return protocol.kind === kind;
}

/** The services that are made of what the provider recorded. */
export function recordedServices(rows: RecordedRows): Partial<Record<ServiceName, AwsService>> {
  return Object.fromEntries(
    serviceNames.flatMap((name) => {
      const service = services[name].create?.({ rows });
      return service === undefined ? [] : [[name, service] as const];
    }),
  );
}
