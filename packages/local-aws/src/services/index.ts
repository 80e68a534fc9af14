/**
 * The AWS services of the local target: the one list that the wire protocols, `local fault` and the names of services follow
 * from. To add one: ADDING-A-SERVICE.md.
 */

/** How a service is spoken to. Source: https://smithy.io/2.0/aws/protocols/ */
export type WireProtocol =
  /** AWS JSON 1.1: `target` is the part of `X-Amz-Target` before the operation. */
  | { kind: "json"; target: string }
  /** AWS Query and EC2 Query: told apart by the `Version` in the form. */
  | { kind: "query"; version: string; namespace: string }
  /** REST: told by what the request is signed for; its operations are in api/rest.ts. */
  | { kind: "rest" };

export const services = {
  ecs: { kind: "json", target: "AmazonEC2ContainerServiceV20141113" },
  elbv2: {
    kind: "query",
    version: "2015-12-01",
    namespace: "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
  },
  ecr: { kind: "json", target: "AmazonEC2ContainerRegistry_V20150921" },
  ssm: { kind: "json", target: "AmazonSSM" },
  logs: { kind: "json", target: "Logs_20140328" },
  sts: { kind: "query", version: "2011-06-15", namespace: "https://sts.amazonaws.com/doc/2011-06-15/" },
  ec2: { kind: "query", version: "2016-11-15", namespace: "http://ec2.amazonaws.com/doc/2016-11-15/" },
  iam: { kind: "query", version: "2010-05-08", namespace: "https://iam.amazonaws.com/doc/2010-05-08/" },
  cloudwatch: { kind: "json", target: "GraniteServiceVersion20100801" },
  secretsmanager: { kind: "json", target: "secretsmanager" },
  servicequotas: { kind: "json", target: "ServiceQuotasV20190624" },
  kms: { kind: "json", target: "TrentService" },
  acm: { kind: "json", target: "CertificateManager" },
  s3: { kind: "rest" },
  route53: { kind: "rest" },
} as const satisfies Record<string, WireProtocol>;

export type ServiceName = keyof typeof services;

export const serviceNames = Object.keys(services) as [ServiceName, ...ServiceName[]];

/** The services of one kind of protocol, each with what tells it from the others. */
export function spokenBy<Kind extends WireProtocol["kind"]>(
  kind: Kind,
): (Extract<WireProtocol, { kind: Kind }> & { service: ServiceName })[] {
  return serviceNames.flatMap((service) => {
    const protocol: WireProtocol = services[service];
    return isKind(protocol, kind) ? [{ ...protocol, service }] : [];
  });
}

function isKind<Kind extends WireProtocol["kind"]>(
  protocol: WireProtocol,
  kind: Kind,
): protocol is Extract<WireProtocol, { kind: Kind }> {
  return protocol.kind === kind;
}
