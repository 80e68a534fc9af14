import type { ECSClient } from "@aws-sdk/client-ecs";
import type { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { expect, it } from "vitest";
import type { AwsClients } from "../../../../src/adapters/aws/clients.js";
import { whyNotServing } from "../../../../src/features/deploy/smoke/healthy-targets.js";
import { smallConfig as config } from "../../../harness/small-project.js";

const wanted = `sha256:${"a".repeat(64)}`;
const other = `sha256:${"b".repeat(64)}`;

interface Target {
  ip: string;
  port: number;
  state: string;
  reason?: string;
}
interface Task {
  ip: string;
  /** Outside `awsvpc` networks. */
  port?: number;
  digest: string;
}

/** The port of AWS's clients, answering what the smoke test asks. */
function clientsOf(targets: Target[], tasks: Task[]): AwsClients {
  const answers: Record<string, object> = {
    DescribeTargetHealthCommand: {
      TargetHealthDescriptions: targets.map(({ ip, port, state, reason }) => ({
        Target: { Id: ip, Port: port },
        TargetHealth: { State: state, Description: reason },
      })),
    },
    ListTasksCommand: { taskArns: tasks.map((_, index) => `task/${index}`) },
    DescribeTasksCommand: {
      tasks: tasks.map(({ ip, port, digest }, index) => ({
        taskArn: `task/${index}`,
        lastStatus: "RUNNING",
        containers: [
          {
            imageDigest: digest,
            networkInterfaces: [{ privateIpv4Address: ip }],
            networkBindings: port === undefined ? [] : [{ hostPort: port }],
          },
        ],
      })),
    },
  };
  const send = async (command: object) => answers[command.constructor.name] ?? {};
  const client = async () => ({ send }) as unknown;
  return {
    ecs: client as () => Promise<ECSClient>,
    elbv2: client as () => Promise<ElasticLoadBalancingV2Client>,
  } as AwsClients;
}

const outputs = {
  clusterArn: "cluster",
  services: [{ name: "web", serviceName: "hello-web-dev", targetGroup: "group" }],
};
const images = [{ service: "web", image: "", digest: wanted, digests: [wanted] }];
const missing = (targets: Target[], tasks: Task[]) =>
  whyNotServing(clientsOf(targets, tasks), outputs, { config, images });

it.each<[string, Target[], Task[], RegExp | undefined]>([
  [
    "a healthy target with the wanted digest",
    [{ ip: "10.0.0.1", port: 8080, state: "healthy" }],
    [{ ip: "10.0.0.1", digest: wanted }],
    undefined,
  ],
  ["no target", [], [], /no healthy target \(none is registered\)/],
  [
    "F33: unhealthy ones only, so that the load balancer fails open",
    [{ ip: "10.0.0.1", port: 8080, state: "unhealthy", reason: "Health checks failed" }],
    [{ ip: "10.0.0.1", digest: wanted }],
    /no healthy target \(unhealthy: Health checks failed\)/,
  ],
  [
    "F33: a healthy one that runs other bytes, beside an unhealthy one with the wanted",
    [
      { ip: "10.0.0.1", port: 8080, state: "unhealthy" },
      { ip: "10.0.0.2", port: 8080, state: "healthy" },
    ],
    [
      { ip: "10.0.0.1", digest: wanted },
      { ip: "10.0.0.2", digest: other },
    ],
    /no healthy target of web carries sha256:aaaa/,
  ],
  [
    "one address for all, told apart by port",
    [
      { ip: "127.0.0.1", port: 1001, state: "unhealthy" },
      { ip: "127.0.0.1", port: 1002, state: "healthy" },
    ],
    [
      { ip: "127.0.0.1", port: 1001, digest: wanted },
      { ip: "127.0.0.1", port: 1002, digest: other },
    ],
    /no healthy target of web carries/,
  ],
])("the smoke test sees %s", async (_title, targets, tasks, problem) => {
  const found = await missing(targets, tasks);
  if (problem === undefined) expect(found).toBeUndefined();
  else expect(found).toMatch(problem);
});
