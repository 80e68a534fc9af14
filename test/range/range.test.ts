import { expect, it } from "vitest";
import { digestA, foundation, listenerArn, run } from "../stacks/program.js";
import { configurationOf, type Setup, setups } from "./setups.js";

interface Built {
  sidecars?: Record<string, { repository?: string }>;
}

/** How many of each a setup has, and what tells it from the others. */
const shapes: Record<Setup, { services: number; rules: number; says: Record<string, unknown>[] }> = {
  "02": { services: 4, rules: 3, says: [{ restartPolicy: { enabled: true, restartAttemptPeriod: 300 } }] },
  "03": {
    services: 1,
    rules: 1,
    says: [
      { user: "0", readonlyRootFilesystem: false, healthCheck: { interval: 30, timeout: 10, retries: 3 } },
    ],
  },
  "04": {
    services: 3,
    rules: 1,
    says: [
      {
        dockerLabels: { "com.datadoghq.tags.service": "grants" },
        mountPoints: [{ containerPath: "/var/data", readOnly: false, sourceVolume: "data" }],
      },
    ],
  },
  "06": {
    services: 5,
    rules: 6,
    says: [
      {
        name: "app",
        essential: true,
        image: `111111111111.dkr.ecr.us-east-1.amazonaws.com/powers-use-app@${digestA}`,
      },
    ],
  },
  "07": { services: 3, rules: 1, says: [{ readonlyRootFilesystem: true, healthCheck: { startPeriod: 10 } }] },
  "08": { services: 2, rules: 3, says: [{ essential: true, command: ["node", "worker.js"] }] },
  "10": { services: 2, rules: 3, says: [{ linuxParameters: { capabilities: { drop: ["ALL"] } } }] },
  "12": { services: 2, rules: 1, says: [{ healthCheck: { interval: 10, timeout: 30, retries: 2 } }] },
  "13": { services: 3, rules: 2, says: [{ entryPoint: ["node", "worker.js", "--numthreads", "25"] }] },
  "15": { services: 1, rules: 1, says: [{ readonlyRootFilesystem: false }] },
};

it.each(setups)("range: setup %s is declared with the resources that it has today", async (setup) => {
  const config = configurationOf(setup);
  const services = Object.keys(config["moorage:services"] as object);
  const built = Object.entries(config["moorage:services"] as Record<string, Built>).flatMap(
    ([name, { sidecars = {} }]) =>
      Object.entries(sidecars).flatMap(([sidecar, { repository }]) =>
        repository === undefined ? [] : [`${name}/${sidecar}`],
      ),
  );
  const digests = Object.fromEntries([...services, ...built].map((name) => [name, digestA]));
  const { declared } = await run({
    stack: "dev",
    listener: { protocol: "HTTPS", port: 443 },
    config: {
      ...config,
      "moorage:foundation": {
        ...foundation,
        listeners: { internal: listenerArn, partners: listenerArn },
      },
      "moorage:imageTag": "sha-0123456789ab",
      "moorage:digests": digests,
    },
  });
  const count = (type: string) => declared.filter((one) => one.type === type).length;
  const { services: wanted, rules, says } = shapes[setup];
  expect(count("aws:ecs/service:Service")).toBe(wanted);
  expect(count("aws:lb/listenerRule:ListenerRule")).toBe(rules);
  const containers = declared
    .filter(({ type }) => type === "aws:ecs/taskDefinition:TaskDefinition")
    .flatMap(({ inputs }) => JSON.parse(inputs["containerDefinitions"] as string) as object[]);
  for (const said of says) expect(containers).toContainEqual(expect.objectContaining(nested(said)));
});

/** Each value of it may have more than is said. */
function nested(said: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(said).map(([key, value]) => [
    key,
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? (expect.objectContaining(nested(value as Record<string, unknown>)) as unknown)
      : value,
  ]);
  return Object.fromEntries(entries) as Record<string, unknown>;
}
