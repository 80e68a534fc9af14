import * as pulumi from "@pulumi/pulumi";
import program from "../../stacks/index.js";

/** One resource that a program declared, with its inputs as the engine would get them. */
export interface Declared {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}

export interface Run {
  declared: Declared[];
  outputs: Record<string, unknown>;
  /** What the engine would know each resource by. */
  urns: string[];
  /** The only resource of a type, or the one of that name. */
  find(type: string, name?: string): Record<string, unknown>;
}

export interface Setting {
  stack: string;
  config: Record<string, unknown>;
  /** What stack references answer with, by full stack name. */
  stacks?: Record<string, Record<string, unknown>>;
  listener?: { protocol: string; port: number };
  /** What the policy that bounds roles says. */
  boundary?: object;
  /** Of the team's own program; the program runs in Pulumi's own frame then. */
  folder?: string;
  /** Of a refused program, which is not waited for: what it declared is never made. */
  onDeclared?: (declared: Declared) => void;
  /** What data sources find, by token and name. */
  kept?: Record<string, Record<string, object>>;
}

export const account = "111111111111";
export const listenerArn = `arn:aws:elasticloadbalancing:us-east-1:${account}:listener/app/shared/50dc6c495c0c9188/f2f7dc8efc522ab2`;

export const foundation = {
  cluster: `arn:aws:ecs:us-east-1:${account}:cluster/dev`,
  listener: listenerArn,
  vpc: "vpc-1",
  subnets: ["subnet-1", "subnet-2"],
  securityGroups: ["sg-balancer"],
  domain: "localhost",
  previewRoles: {
    execution: `arn:aws:iam::${account}:role/moorage/hello-preview--execution-dev`,
    task: `arn:aws:iam::${account}:role/moorage/hello-preview--task-dev`,
    secrets: [`arn:aws:secretsmanager:us-east-1:${account}:secret:hello/preview/*`],
    policies: [`arn:aws:iam::${account}:policy/hello-preview`],
  },
};

export const digestA = `sha256:${"a".repeat(64)}`;
export const digestB = `sha256:${"b".repeat(64)}`;

/** A valid configuration of one service, as the driver hands it over. */
export function oneService(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    "moorage:app": "hello",
    "moorage:registry": "registry.example.com",
    "moorage:foundation": foundation,
    "moorage:services": { web: { repository: "hello", port: 8080, health: { path: "/health" } } },
    "moorage:imageTag": "sha-0123456789ab",
    "moorage:digests": { web: digestA },
    ...changes,
  };
}

/** Runs the program of a stack against Pulumi's mocks: no engine, no provider. */
export async function run(setting: Setting): Promise<Run> {
  const declared: Declared[] = [];
  await pulumi.runtime.setMocks(mocks(setting, declared), "hello", setting.stack, false, "organization");
  const config = Object.entries(setting.config).map(([key, value]) => [key, asEngine(value)]);
  pulumi.runtime.setAllConfig(Object.fromEntries(config) as Record<string, string>);
  const resolved = await withoutStacks(async () => {
    try {
      return await resolve(pulumi.output(await runProgram(setting)));
    } finally {
      // Also of a program that was refused: the next one has another monitor, which does not know its resources.
      if (setting.onDeclared === undefined) await pulumi.runtime.disconnect();
    }
  });
  const { resources } = pulumi.runtime.getMonitor() as unknown as { resources: Map<string, unknown> };
  return {
    declared,
    urns: [...resources.keys()],
    outputs: resolved as Record<string, unknown>,
    find(type, name) {
      const found = declared.filter((one) => one.type === type && (name === undefined || one.name === name));
      if (found.length !== 1 || !found[0]) throw new Error(`${found.length} of ${type} ${name ?? ""}`);
      return found[0].inputs;
    },
  };
}

/** In Pulumi's own frame, which the team's own program is watched from; what the program throws is kept out of it. */
async function runProgram({ folder }: Setting): Promise<unknown> {
  if (folder === undefined) return program();
  let ended: Promise<unknown> | undefined;
  await pulumi.runtime.runInPulumiStack(async () => {
    ended = program({ folder });
    await ended.catch(() => undefined);
  });
  return ended;
}

/** The SDK writes down the stack of each of its promises, which costs most of a program's time where sources are mapped. */
export async function withoutStacks<Value>(work: () => Promise<Value>): Promise<Value> {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return await work();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function asEngine(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function resolve<Value>(output: pulumi.Output<Value>): Promise<Value> {
  return new Promise((done) => output.apply(done));
}

function mocks(
  { stacks = {}, listener, boundary, onDeclared, kept = {} }: Setting,
  declared: Declared[],
): pulumi.runtime.Mocks {
  return {
    newResource({ type, name, inputs }) {
      const given = inputs as Record<string, unknown>;
      if (type === "pulumi:pulumi:StackReference") {
        const outputs = stacks[String(given["name"])] ?? {};
        return { id: name, state: { ...given, outputs, secretOutputNames: [] } };
      }
      declared.push({ type, name, inputs: given });
      onDeclared?.({ type, name, inputs: given });
      return {
        id: `${name}-id`,
        state: {
          arn: `arn:${type}:${name}`,
          ...(type.startsWith("aws:sqs/") && { url: `https://queue/${name}` }),
          ...(type === "aws:s3/bucket:Bucket" && { bucket: name }),
          arnSuffix: `suffix/${name}`,
          priority: 7,
          ...given,
        },
      };
    },
    call({ token, inputs }) {
      if (token === "aws:lb/getListener:getListener") {
        return { ...inputs, loadBalancerArn: "arn:lb", ...(listener ?? { protocol: "HTTP", port: 8080 }) };
      }
      if (token === "aws:lb/getLoadBalancer:getLoadBalancer")
        return { ...inputs, securityGroups: ["sg-b", "sg-a"] };
      if (token === "aws:iam/getPolicy:getPolicy") return { ...inputs, policy: JSON.stringify(boundary) };
      if (token === "aws:secretsmanager/getSecretVersion:getSecretVersion") {
        const id = String(inputs["secretId"]);
        if (id.includes("/gone-")) throw new Error(`${id} is not there`);
        return {
          ...inputs,
          secretString: id.includes("/json-") ? '{"CLIENT":"from-json"}' : `value of ${id}`,
        };
      }
      // An id that tells which name was looked up.
      if (token === "github:index/getUser:getUser") return { id: String(inputs["username"].length) };
      if (token === "github:index/getTeam:getTeam") return { id: String(inputs["slug"].length) };
      if (token in kept) {
        const found = kept[token]?.[String(inputs["name"])];
        if (found === undefined) throw new Error(`${String(inputs["name"])} is not there`);
        return found;
      }
      throw new Error(`${token} is not mocked`);
    },
  };
}
