import * as pulumi from "@pulumi/pulumi";
import program from "../../stacks/index.js";
import { account, type Declared, withoutStacks } from "./program.js";

/** A foundation's program, run against Pulumi's mocks. */
export interface FoundationRun {
  declared: Declared[];
  /** Names of those that Pulumi refuses to delete, with their types. */
  protected: string[];
  /** By type and name: what has to be there first, likewise. */
  waits: Record<string, string[]>;
  outputs: Record<string, unknown>;
  /** The only resource of a type, or the one of that name. */
  find(type: string, name?: string): Record<string, unknown>;
  all(type: string): string[];
}

/** A valid configuration. */
export function settings(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    "moorage:app": "hello",
    "moorage:domain": "dev.example.com",
    "moorage:zone": "Z0123456789ABC",
    ...changes,
  };
}

export const github = { repository: "acme/hello", repositoryId: 7 };

/** Every setting that declares something. */
export const everything = settings({
  "moorage:network": { nat: "none", endpoints: ["s3", "ecr", "logs", "secretsmanager"] },
  "moorage:loadBalancers": { count: 2, accessLogs: { bucket: "logs", prefix: "dev" } },
  "moorage:hosts": ["www.example.com"],
  "moorage:repositories": { names: ["hello", "team/api"], pullAccounts: ["222222222222"] },
  "moorage:state": { bucket: "hello-state" },
  "moorage:github": github,
});

/** The same, with load balancers that previews share with the environments. */
export const sharing = {
  ...everything,
  "moorage:loadBalancers": { count: 2, previews: "shared" },
};

const runs = new Map<string, FoundationRun>();

/** Runs the program; what it declared for the same configuration before is given again, and is only read. */
export async function runFoundation(
  config: Record<string, unknown> = settings(),
  stack = "foundation-dev",
): Promise<FoundationRun> {
  const key = JSON.stringify([stack, config]);
  const known = runs.get(key) ?? (await newRun(config, stack));
  runs.set(key, known);
  return known;
}

async function newRun(config: Record<string, unknown>, stack: string): Promise<FoundationRun> {
  const declared: FoundationRun["declared"] = [];
  const kept: string[] = [];
  const waits: FoundationRun["waits"] = {};
  await pulumi.runtime.setMocks(mocks(declared), "hello", stack, false, "organization");
  listen(kept, waits);
  const texts = Object.entries(config).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  pulumi.runtime.setAllConfig(Object.fromEntries(texts) as Record<string, string>);
  const outputs = await withoutStacks(async () => {
    const made = await resolved(pulumi.output(await program()));
    await pulumi.runtime.disconnect();
    return made;
  });
  return {
    declared,
    protected: kept,
    waits,
    outputs: outputs as Record<string, unknown>,
    find(type, name) {
      const found = declared.filter((one) => one.type === type && (name === undefined || one.name === name));
      if (found.length !== 1 || !found[0]) throw new Error(`${found.length} of ${type} ${name ?? ""}`);
      return found[0].inputs;
    },
    all: (type) => declared.filter((one) => one.type === type).map(({ name }) => name),
  };
}

/** Mocks are not told what is protected, and what waits for what; the request that they are called for is. */
function listen(kept: string[], waits: FoundationRun["waits"]): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, reply) => {
    const called = `${request.getType().split(":").at(-1) ?? ""} ${request.getName()}`;
    if (request.getProtect()) kept.push(called);
    waits[called] = request
      .getDependenciesList()
      .map((urn) => urn.split("::").slice(-2).join(" ").split(":").at(-1) ?? "");
    return register(request, reply);
  };
}

interface Monitor {
  registerResource(request: Request, reply: unknown): unknown;
}

interface Request {
  getType(): string;
  getName(): string;
  getProtect(): boolean | undefined;
  getDependenciesList(): string[];
}

/** The documents of one of a foundation's roles: its inline policy, then the managed ones that are attached to it. */
export function policiesOf({ declared }: Pick<FoundationRun, "declared">, role: string): string[] {
  const of = (type: string) => declared.filter((one) => one.type === type);
  const name = of("aws:iam/role:Role").find((one) => one.name === role)?.inputs["name"];
  const arns = of("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
    .filter(({ inputs }) => inputs["role"] === name)
    .map(({ inputs }) => String(inputs["policyArn"]));
  const isAttached = ({ inputs }: { inputs: Record<string, unknown> }) =>
    arns.some((arn) => arn.endsWith(`:policy/moorage/${String(inputs["name"])}`));
  const inline = of("aws:iam/rolePolicy:RolePolicy").filter(({ inputs }) => inputs["role"] === name);
  const managed = of("aws:iam/policy:Policy").filter(isAttached);
  return [...inline, ...managed].map(({ inputs }) => String(inputs["policy"]));
}

function resolved<Value>(output: pulumi.Output<Value>): Promise<unknown> {
  return new Promise((done) => output.apply(done));
}

function mocks(declared: FoundationRun["declared"]): pulumi.runtime.Mocks {
  return {
    newResource({ type, name, inputs }) {
      const given = inputs as Record<string, unknown>;
      declared.push({ type, name, inputs: given });
      const { id = `${name}-id`, ...state } = made(type, name, given);
      return { id: String(id), state: { ...state, ...given } };
    },
    call({ token, inputs }) {
      const answers: Record<string, Record<string, unknown>> = {
        "aws:index/getPartition:getPartition": { partition: "aws-x", dnsSuffix: "aws.example" },
        "aws:index/getRegion:getRegion": { region: "eu-north-9" },
        "aws:index/getCallerIdentity:getCallerIdentity": { accountId: account },
        "aws:lb/getLoadBalancer:getLoadBalancer": { vpcId: "vpc-there", securityGroups: ["sg-there"] },
        "aws:ec2/getVpc:getVpc": { cidrBlock: "10.9.0.0/16", cidrBlockAssociations: [] },
        "aws:ec2/getVpcEndpointService:getVpcEndpointService": {
          serviceName: `example.aws.eu-north-9.${String((inputs as { service?: string }).service)}`,
        },
      };
      const answer = answers[token];
      if (answer === undefined) throw new Error(`${token} is not mocked`);
      return { ...(inputs as Record<string, unknown>), ...answer };
    },
  };
}

/** What AWS adds, as far as the program reads it. */
function made(type: string, name: string, inputs: Record<string, unknown>): Record<string, unknown> {
  const arn = `arn:aws-x:made:eu-north-9:${account}:${type.split(":").at(-1) ?? ""}/${name}`;
  switch (type) {
    case "awsx:ec2:Vpc":
      return {
        vpcId: "vpc-own",
        publicSubnetIds: ["subnet-p1", "subnet-p2"],
        privateSubnetIds: ["subnet-1", "subnet-2"],
        routeTables: [{ id: "rtb-1" }, { id: "rtb-2" }],
      };
    case "aws:acm/certificate:Certificate":
      return { arn, domainValidationOptions: proofs(inputs) };
    case "aws:lb/listener:Listener":
      return { arn: `arn:aws-x:elasticloadbalancing:eu-north-9:${account}:listener/app/${name}/1/2` };
    case "aws:ec2/securityGroup:SecurityGroup":
      return { arn, id: `sg-${name.replaceAll("-", "")}` };
    case "aws:iam/policy:Policy":
      return { arn: `arn:aws-x:iam::${account}:policy/moorage/${String(inputs["name"])}` };
    case "aws:ecs/cluster:Cluster":
      return { arn: `arn:aws-x:ecs:eu-north-9:${account}:cluster/${String(inputs["name"])}` };
    case "aws:ecr/repository:Repository":
      return { arn, repositoryUrl: `${account}.dkr.ecr.eu-north-9.aws.example/${String(inputs["name"])}` };
    case "aws:iam/role:Role":
      return { arn: `arn:aws-x:iam::${account}:role/moorage/${String(inputs["name"])}` };
    case "aws:lb/loadBalancer:LoadBalancer":
      return { arn, dnsName: `${name}.elb.example`, zoneId: "ZELB" };
    case "aws:route53/record:Record":
      return { fqdn: inputs["name"] };
    default:
      return { arn };
  }
}

/** Last first: ACM promises no order. */
function proofs({ domainName, subjectAlternativeNames }: Record<string, unknown>): object[] {
  const hosts = [String(domainName), ...((subjectAlternativeNames ?? []) as string[])].reverse();
  return hosts.map((host) => ({
    domainName: host,
    resourceRecordName: `_proof.${host.replace("*.", "")}`,
    resourceRecordType: "CNAME",
    resourceRecordValue: `_value.${host.replace("*.", "")}`,
  }));
}
