import type { ServiceConfig } from "../../src/config/service-schema.js";
import { type Owner, logGroupName } from "./names.js";

/** What a container is made from. */
export interface ContainerArgs {
  owner: Owner;
  config: ServiceConfig;
  surroundings: { region: string };
  /** `registry/repository@sha256:...` */
  image: string;
  imageTag: string;
}

/**
 * A task's container definitions as ECS gives them back: variables sorted, defaults written out, nothing null. In any
 * other form every update would see a change. Source: RegisterTaskDefinition, `containerDefinitions`.
 */
export function containerDefinitions({
  owner,
  config,
  surroundings,
  image,
  imageTag,
}: ContainerArgs): string {
  const container = {
    ...(config.command ? { command: config.command } : {}),
    environment: sorted({
      ...config.env,
      MOORAGE_STACK: owner.stack,
      MOORAGE_IMAGE_TAG: imageTag,
      PORT: String(config.port),
    }).map(([name, value]) => ({ name, value })),
    essential: true,
    image,
    logConfiguration: {
      logDriver: "awslogs",
      options: {
        "awslogs-group": logGroupName(owner),
        "awslogs-region": surroundings.region,
        "awslogs-stream-prefix": "ecs",
        // A full buffer drops lines before it holds up the app. Source: AWS, "Preventing log loss with non-blocking mode".
        "max-buffer-size": "25m",
        mode: "non-blocking",
      },
    },
    mountPoints: [],
    name: owner.service,
    portMappings: [{ containerPort: config.port, hostPort: config.port, protocol: "tcp" }],
    secrets: sorted(config.secrets).map(([name, valueFrom]) => ({ name, valueFrom })),
    stopTimeout: config.stopTimeout,
    systemControls: [],
    volumesFrom: [],
  };
  return JSON.stringify([container]);
}

/** By code unit, so that the order is the same on every machine. */
function sorted(values: Record<string, string>): [string, string][] {
  return Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
}
