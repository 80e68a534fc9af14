import { ACMClient } from "@aws-sdk/client-acm";
import { CreateHostedZoneCommand, Route53Client } from "@aws-sdk/client-route-53";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { AwsClients } from "../../../src/adapters/aws/clients.js";
import type { Monitor } from "../../../packages/local-aws/src/components/monitor.js";
import { constructVpc } from "../../../packages/local-aws/src/components/vpc.js";
import { isObject } from "../../../packages/local-aws/src/provider/values.js";
import { region } from "../../../packages/local-aws/test/contract/stage.js";
import type { Made, Provider } from "./engine.js";
import { accessCalls } from "./foundation-access.js";
import { entranceCalls } from "./foundation-entrance.js";
import { networkCalls } from "./foundation-network.js";
import { storageCalls } from "./foundation-storage.js";
import { Taken } from "./inputs.js";
import { createSecurityGroup } from "./network-calls.js";
import { open } from "./clients.js";

/** What ministack cannot judge of a foundation, and why. */
export const unjudged: Record<string, string> = {
  "aws:acm/certificateValidation:CertificateValidation":
    "no call of its own: the provider waits until ACM has seen the records",
};

export interface FoundationProvider extends Provider {
  /** A hosted zone's id. */
  makeZone(name: string): Promise<string>;
  close(): void;
}

/** Creates a foundation's resources with the AWS SDK, member by member; awsx's VPC of the resources that it is made of. */
export async function foundationProvider(
  clients: AwsClients,
  endpoint: string,
  accessKeyId: string,
): Promise<FoundationProvider> {
  const config = { endpoint, region, credentials: { accessKeyId, secretAccessKey: "local" } };
  const [acm, route53] = [new ACMClient(config), new Route53Client(config)];
  const [ec2, ecr, kms, s3] = await Promise.all([clients.ec2(), clients.ecr(), clients.kms(), clients.s3()]);
  const own = await open(clients);
  const all = { ...own, acm, route53, ecr, kms, s3 };
  const creators: Record<string, (inputs: Taken) => Promise<Made>> = {
    ...bind(networkCalls, ec2),
    ...bind(storageCalls, all),
    ...bind(entranceCalls, all),
    ...bind(accessCalls, all),
    "aws:ec2/securityGroup:SecurityGroup": (inputs) => createSecurityGroup(own, inputs),
  };
  return {
    async create(type, inputs) {
      if (unjudged[type] !== undefined) return { id: "unjudged" };
      const create = creators[type];
      if (create === undefined) throw new Error(`${type} is translated into no call`);
      const taken = new Taken(inputs);
      const made = await create(taken);
      if (made.id === "") throw new Error("the answer names nothing that was made");
      if (taken.remaining().length > 0) throw new Error(`no call carries ${taken.remaining().join(", ")}`);
      return made;
    },
    invoke: (token, inputs) => invoke(clients, token, inputs),
    component: (name, inputs, make) => component(name, inputs, make),
    async makeZone(Name) {
      const { HostedZone } = await route53.send(new CreateHostedZoneCommand({ Name, CallerReference: Name }));
      return HostedZone?.Id?.replace("/hostedzone/", "") ?? "";
    },
    close() {
      acm.destroy();
      route53.destroy();
    },
  };
}

function bind<Clients>(
  calls: Record<string, (clients: Clients, inputs: Taken) => Promise<Made>>,
  clients: Clients,
): Record<string, (inputs: Taken) => Promise<Made>> {
  return Object.fromEntries(
    Object.entries(calls).map(([type, create]) => [type, (inputs: Taken) => create(clients, inputs)]),
  );
}

async function invoke(
  clients: AwsClients,
  token: string,
  inputs: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  switch (token) {
    case "aws:index/getPartition:getPartition":
      return { partition: "aws", dnsSuffix: "amazonaws.com" };
    case "aws:index/getRegion:getRegion":
      return { region };
    case "aws:index/getCallerIdentity:getCallerIdentity": {
      const { Account } = await (await clients.sts()).send(new GetCallerIdentityCommand({}));
      return { accountId: Account };
    }
    case "aws:ec2/getVpcEndpointService:getVpcEndpointService":
      return { ...inputs, serviceName: `com.amazonaws.${region}.${String(inputs["service"])}` };
    default:
      throw new Error(`${token} is translated into no call`);
  }
}

type Make = Parameters<NonNullable<Provider["component"]>>[2];

/** As the local target constructs it; what it refers to is told by id. */
async function component(
  name: string,
  inputs: Record<string, unknown>,
  make: Make,
): Promise<Record<string, unknown>> {
  const monitor: Pick<Monitor, "resource"> = {
    async resource({ type, name: own, inputs: given }) {
      const { id, outputs = {} } = await make(type, own, given);
      return { urn: own, id, outputs };
    },
  };
  const site = { account: "", region };
  const outputs = await constructVpc({ monitor, name, parent: name, inputs, site });
  return Object.fromEntries(Object.entries(outputs).map(([key, value]) => [key, byId(value)]));
}

function byId(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(byId);
  return isObject(value) ? { id: value["id"] } : value;
}
