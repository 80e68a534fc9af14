import type { ACMClient } from "@aws-sdk/client-acm";
import type { CloudWatchClient, CloudWatchClientConfig } from "@aws-sdk/client-cloudwatch";
import type { EC2Client } from "@aws-sdk/client-ec2";
import type { ECRClient } from "@aws-sdk/client-ecr";
import type { ECSClient } from "@aws-sdk/client-ecs";
import type { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { EventBridgeClient, EventBridgeClientConfig } from "@aws-sdk/client-eventbridge";
import type { IAMClient } from "@aws-sdk/client-iam";
import type { KMSClient } from "@aws-sdk/client-kms";
import type { Route53Client } from "@aws-sdk/client-route-53";
import type { SchedulerClient } from "@aws-sdk/client-scheduler";
import type { S3Client, S3ClientConfig } from "@aws-sdk/client-s3";
import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import type { SecretsManagerClient, SecretsManagerClientConfig } from "@aws-sdk/client-secrets-manager";
import type { SFNClient, SFNClientConfig } from "@aws-sdk/client-sfn";
import type { SQSClient, SQSClientConfig } from "@aws-sdk/client-sqs";
import type { SSMClient, SSMClientConfig } from "@aws-sdk/client-ssm";
import type { ServiceDiscoveryClient } from "@aws-sdk/client-servicediscovery";
import type { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import type { STSClient } from "@aws-sdk/client-sts";
import { type AssumedRole, assumed } from "./assumed-role.js";
import { attemptBounds, boundCalls } from "./call-bound.js";
import { traceCalls } from "./trace-calls.js";
import type { Trace } from "../../core/trace.js";
import { bounds } from "../../core/bounds.js";

/** How the SDK's clients reach AWS, or the target that speaks its protocols. */
export interface AwsConnection {
  region: string;
  /** Where ECR is asked, when that is another region: an image may be pulled from afar. */
  registryRegion?: string;
  /** Instead of AWS's own endpoints. */
  endpoint?: string;
  /** Of services that answer elsewhere than at `endpoint`. */
  endpoints?: Readonly<Partial<Record<"s3" | "secretsmanager" | "ssm", string>>>;
  /** Instead of the SDK's default chain. */
  credentials?: { accessKeyId: string; secretAccessKey: string; expiration?: Date };
  /** How long one attempt of a call may take, in milliseconds; `bounds.awsAttempt` unless given. */
  attemptMs?: number;
  /** How long a call with all its attempts may take, in milliseconds; default `bounds.awsCall`. */
  callMs?: number;
  /** The run's: it ends calls that wait. */
  signal?: AbortSignal | undefined;
  /** Called with each attempt of a call. */
  trace?: Trace | undefined;
  /** Assumed one after the other with the credentials. */
  roles?: readonly AssumedRole[];
}

interface OpenClient {
  config: { serviceId: string };
  destroy(): void;
}

/** The SDK's clients, each imported when it is first asked for: together they cost a second. */
export interface AwsClients {
  ecs(): Promise<ECSClient>;
  ecr(): Promise<ECRClient>;
  elbv2(): Promise<ElasticLoadBalancingV2Client>;
  ec2(): Promise<EC2Client>;
  iam(): Promise<IAMClient>;
  kms(): Promise<KMSClient>;
  /** With an endpoint that is not AWS's own, buckets are named in the path. */
  s3(): Promise<S3Client>;
  logs(): Promise<CloudWatchLogsClient>;
  cloudwatch(): Promise<CloudWatchClient>;
  ssm(): Promise<SSMClient>;
  secretsManager(): Promise<SecretsManagerClient>;
  serviceQuotas(): Promise<ServiceQuotasClient>;
  sts(): Promise<STSClient>;
  acm(): Promise<ACMClient>;
  route53(): Promise<Route53Client>;
  scheduler(): Promise<SchedulerClient>;
  serviceDiscovery(): Promise<ServiceDiscoveryClient>;
  events(): Promise<EventBridgeClient>;
  sfn(): Promise<SFNClient>;
  sqs(): Promise<SQSClient>;
  /** Called with each attempt of a call, for what is fetched beside the SDK. */
  readonly trace?: Trace | undefined;
  /** Closes the connections. */
  close(): void;
}

/** Of what watches services, starts jobs, and keeps what could not be started. */
function jobClients(
  once: <Client extends OpenClient>(open: () => Promise<Client>) => () => Promise<Client>,
  config: () => Promise<CloudWatchClientConfig & EventBridgeClientConfig & SFNClientConfig & SQSClientConfig>,
): Pick<AwsClients, "cloudwatch" | "events" | "sfn" | "sqs"> {
  return {
    cloudwatch: once(
      async () => new (await import("@aws-sdk/client-cloudwatch")).CloudWatchClient(await config()),
    ),
    events: once(
      async () => new (await import("@aws-sdk/client-eventbridge")).EventBridgeClient(await config()),
    ),
    sfn: once(async () => new (await import("@aws-sdk/client-sfn")).SFNClient(await config())),
    sqs: once(async () => new (await import("@aws-sdk/client-sqs")).SQSClient(await config())),
  };
}

/** Of what keeps objects, parameters and secrets, which may be elsewhere than the rest. */
function storeClients(
  once: <Client extends OpenClient>(open: () => Promise<Client>) => () => Promise<Client>,
  config: (
    service: keyof NonNullable<AwsConnection["endpoints"]>,
  ) => Promise<S3ClientConfig & SSMClientConfig & SecretsManagerClientConfig>,
  connection: Pick<AwsConnection, "endpoint">,
): Pick<AwsClients, "s3" | "ssm" | "secretsManager"> {
  return {
    s3: once(async () => {
      const { S3Client } = await import("@aws-sdk/client-s3");
      return new S3Client({ ...(await config("s3")), forcePathStyle: connection.endpoint !== undefined });
    }),
    ssm: once(async () => new (await import("@aws-sdk/client-ssm")).SSMClient(await config("ssm"))),
    secretsManager: once(
      async () =>
        new (await import("@aws-sdk/client-secrets-manager")).SecretsManagerClient(
          await config("secretsmanager"),
        ),
    ),
  };
}

/** The SDK says on stderr that Node 20 support ends in 2027: the versions here are pinned. */
function withoutNodeWarning(): void {
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
}

export function awsClients(options: AwsConnection): AwsClients {
  const {
    registryRegion,
    roles = [],
    attemptMs = bounds.awsAttempt,
    callMs = bounds.awsCall,
    signal,
    trace,
    endpoints = {},
    ...connection
  } = options;
  withoutNodeWarning();
  const credentials = assumed(roles, { ...connection, attemptMs, callMs, signal, trace });
  const requestHandler = attemptBounds(attemptMs);
  // AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT choose among AWS's own endpoints; with another the SDK refuses them.
  const own =
    connection.endpoint === undefined ? {} : { useFipsEndpoint: false, useDualstackEndpoint: false };
  // Services are throttled apart, so each client retries on its own.
  const config = async (service?: keyof typeof endpoints) => {
    const { RetryPolicy } = await import("./patience.js");
    const retryStrategy = new RetryPolicy();
    const endpoint = service && endpoints[service];
    const reached = { ...connection, ...own, ...(endpoint && { endpoint }) };
    return { ...reached, ...(credentials && { credentials }), requestHandler, retryStrategy };
  };
  const opened: { destroy(): void }[] = [];
  const once = <Client extends OpenClient>(open: () => Promise<Client>) => {
    let client: Promise<Client> | undefined;
    return () => {
      client ??= open().then((made) => {
        opened.push(made);
        return boundCalls(traceCalls(made, made.config.serviceId, trace), made.config.serviceId, {
          callMs,
          signal,
        });
      });
      return client;
    };
  };
  return {
    ecs: once(async () => new (await import("@aws-sdk/client-ecs")).ECSClient(await config())),
    ecr: once(async () => {
      const { ECRClient } = await import("@aws-sdk/client-ecr");
      return new ECRClient({ ...(await config()), region: registryRegion ?? connection.region });
    }),
    elbv2: once(
      async () =>
        new (await import("@aws-sdk/client-elastic-load-balancing-v2")).ElasticLoadBalancingV2Client(
          await config(),
        ),
    ),
    ec2: once(async () => new (await import("@aws-sdk/client-ec2")).EC2Client(await config())),
    iam: once(async () => new (await import("@aws-sdk/client-iam")).IAMClient(await config())),
    kms: once(async () => new (await import("@aws-sdk/client-kms")).KMSClient(await config())),
    logs: once(
      async () => new (await import("@aws-sdk/client-cloudwatch-logs")).CloudWatchLogsClient(await config()),
    ),
    serviceQuotas: once(
      async () => new (await import("@aws-sdk/client-service-quotas")).ServiceQuotasClient(await config()),
    ),
    sts: once(async () => new (await import("@aws-sdk/client-sts")).STSClient(await config())),
    acm: once(async () => new (await import("@aws-sdk/client-acm")).ACMClient(await config())),
    route53: once(async () => new (await import("@aws-sdk/client-route-53")).Route53Client(await config())),
    scheduler: once(
      async () => new (await import("@aws-sdk/client-scheduler")).SchedulerClient(await config()),
    ),
    serviceDiscovery: once(
      async () =>
        new (await import("@aws-sdk/client-servicediscovery")).ServiceDiscoveryClient(await config()),
    ),
    ...jobClients(once, config),
    ...storeClients(once, config, connection),
    ...(trace && { trace }),
    close: () => opened.forEach((client) => client.destroy()),
  };
}
