import { type ACMClient, DescribeCertificateCommand, RequestCertificateCommand } from "@aws-sdk/client-acm";
import {
  CreateClusterCommand,
  type ECSClient,
  PutClusterCapacityProvidersCommand,
} from "@aws-sdk/client-ecs";
import {
  type Action,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  type ElasticLoadBalancingV2Client,
  ModifyLoadBalancerAttributesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { ChangeResourceRecordSetsCommand, type Route53Client, type RRType } from "@aws-sdk/client-route-53";
import { eventually } from "../../harness/eventually.js";
import type { Made } from "./engine.js";
import { lowerTags, type Taken, upperTags } from "./inputs.js";

export interface EntranceClients {
  acm: ACMClient;
  ecs: ECSClient;
  elbv2: ElasticLoadBalancingV2Client;
  route53: Route53Client;
}

type Create = (clients: EntranceClients, inputs: Taken) => Promise<Made>;

/** How load balancers, names and the cluster are made with the AWS SDK. */
export const entranceCalls: Record<string, Create> = {
  "aws:acm/certificate:Certificate": requestCertificate,
  "aws:ecs/cluster:Cluster": createCluster,
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": putProviders,
  "aws:lb/loadBalancer:LoadBalancer": createBalancer,
  "aws:lb/listener:Listener": createListener,
  "aws:route53/record:Record": changeRecord,
};

async function requestCertificate({ acm }: EntranceClients, inputs: Taken): Promise<Made> {
  const { CertificateArn = "" } = await acm.send(
    new RequestCertificateCommand({
      DomainName: inputs.text("domainName"),
      SubjectAlternativeNames: inputs.texts("subjectAlternativeNames"),
      ValidationMethod: inputs.text("validationMethod") as "DNS",
      Tags: upperTags(inputs),
    }),
  );
  const options = await eventually("ACM tells how the hosts are proved", async () => {
    const { Certificate } = await acm.send(new DescribeCertificateCommand({ CertificateArn }));
    const found = Certificate?.DomainValidationOptions ?? [];
    return found.length > 0 && found.every(({ ResourceRecord }) => ResourceRecord) ? found : undefined;
  });
  const domainValidationOptions = options.map(({ DomainName, ResourceRecord }) => ({
    domainName: DomainName,
    resourceRecordName: ResourceRecord?.Name,
    resourceRecordType: ResourceRecord?.Type,
    resourceRecordValue: ResourceRecord?.Value,
  }));
  return { id: CertificateArn, outputs: { arn: CertificateArn, domainValidationOptions } };
}

async function createCluster({ ecs }: EntranceClients, inputs: Taken): Promise<Made> {
  const { cluster } = await ecs.send(
    new CreateClusterCommand({
      clusterName: inputs.text("name"),
      settings: inputs.parts("settings").map((setting) => ({
        name: setting.text("name") as "containerInsights",
        value: setting.text("value"),
      })),
      tags: lowerTags(inputs),
    }),
  );
  return { id: cluster?.clusterArn ?? "", outputs: { arn: cluster?.clusterArn } };
}

async function putProviders({ ecs }: EntranceClients, inputs: Taken): Promise<Made> {
  const { cluster } = await ecs.send(
    new PutClusterCapacityProvidersCommand({
      cluster: inputs.text("clusterName"),
      capacityProviders: inputs.texts("capacityProviders"),
      defaultCapacityProviderStrategy: inputs.parts("defaultCapacityProviderStrategies").map((one) => ({
        capacityProvider: one.text("capacityProvider"),
        weight: one.number("weight"),
      })),
    }),
  );
  return { id: cluster?.clusterName ?? "" };
}

async function createBalancer({ elbv2 }: EntranceClients, inputs: Taken): Promise<Made> {
  const { LoadBalancers } = await elbv2.send(
    new CreateLoadBalancerCommand({
      Name: inputs.text("name"),
      Type: inputs.text("loadBalancerType") as "application",
      Scheme: inputs.flag("internal") ? "internal" : "internet-facing",
      Subnets: inputs.texts("subnets"),
      SecurityGroups: inputs.texts("securityGroups"),
      Tags: upperTags(inputs),
    }),
  );
  const { LoadBalancerArn = "", DNSName, CanonicalHostedZoneId } = LoadBalancers?.[0] ?? {};
  const logs = inputs.part("accessLogs");
  const attributes: Record<string, unknown> = {
    "idle_timeout.timeout_seconds": inputs.number("idleTimeout"),
    "deletion_protection.enabled": inputs.flag("enableDeletionProtection"),
    "routing.http.drop_invalid_header_fields.enabled": inputs.flag("dropInvalidHeaderFields"),
    "access_logs.s3.enabled": logs.flag("enabled"),
    "access_logs.s3.bucket": logs.text("bucket"),
    "access_logs.s3.prefix": logs.text("prefix"),
  };
  const Attributes = Object.entries(attributes).flatMap(([Key, value]) =>
    value === undefined ? [] : [{ Key, Value: String(value) }],
  );
  await elbv2.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes }));
  const outputs = { arn: LoadBalancerArn, dnsName: DNSName, zoneId: CanonicalHostedZoneId };
  return { id: LoadBalancerArn, outputs };
}

async function createListener({ elbv2 }: EntranceClients, inputs: Taken): Promise<Made> {
  const certificate = inputs.text("certificateArn");
  const { Listeners } = await elbv2.send(
    new CreateListenerCommand({
      LoadBalancerArn: inputs.text("loadBalancerArn"),
      Protocol: inputs.text("protocol") as "HTTP",
      Port: inputs.number("port"),
      SslPolicy: inputs.text("sslPolicy"),
      ...(certificate !== undefined && { Certificates: [{ CertificateArn: certificate }] }),
      DefaultActions: inputs.parts("defaultActions").map(actionOf),
      Tags: upperTags(inputs),
    }),
  );
  const arn = Listeners?.[0]?.ListenerArn ?? "";
  return { id: arn, outputs: { arn } };
}

function actionOf(action: Taken): Action {
  const Type = action.text("type") as "redirect";
  if (Type === "redirect") {
    const redirect = action.part("redirect");
    const StatusCode = redirect.text("statusCode") as "HTTP_301";
    return {
      Type,
      RedirectConfig: { Protocol: redirect.text("protocol"), Port: redirect.text("port"), StatusCode },
    };
  }
  const fixed = action.part("fixedResponse");
  const FixedResponseConfig = {
    ContentType: fixed.text("contentType"),
    StatusCode: fixed.text("statusCode"),
    MessageBody: fixed.text("messageBody"),
  };
  return { Type, FixedResponseConfig };
}

async function changeRecord({ route53 }: EntranceClients, inputs: Taken): Promise<Made> {
  const [alias] = inputs.parts("aliases");
  const Name = inputs.text("name");
  const Type = inputs.text("type") as RRType;
  const values = inputs.texts("records").map((Value) => ({ Value }));
  await route53.send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId: inputs.text("zoneId"),
      ChangeBatch: {
        Changes: [
          {
            Action: inputs.flag("allowOverwrite") ? "UPSERT" : "CREATE",
            ResourceRecordSet: {
              Name,
              Type,
              ...(values.length > 0 && { ResourceRecords: values, TTL: inputs.number("ttl") }),
              ...(alias && { AliasTarget: aliasOf(alias) }),
            },
          },
        ],
      },
    }),
  );
  return { id: `${Name ?? ""} ${Type}`, outputs: { fqdn: Name } };
}

function aliasOf(alias: Taken) {
  return {
    DNSName: alias.text("name"),
    HostedZoneId: alias.text("zoneId"),
    EvaluateTargetHealth: alias.flag("evaluateTargetHealth"),
  };
}
