import type { ServiceConfig } from "../../src/config/service-schema.js";

/** What a container is given beside its service's configuration. */
export interface ContainerFacts {
  name: string;
  /** `registry/repository@sha256:...` */
  image: string;
  stack: string;
  imageTag: string;
  region: string;
  logGroup: string;
}

/**
 * A task's container definitions as ECS gives them back: variables sorted, defaults written out, nothing null. In any
 * other form every update would see a change. Source: RegisterTaskDefinition, `containerDefinitions`.
 */
export function containerDefinitions(service: ServiceConfig, facts: ContainerFacts): string {
  const container = {
    ...(service.command ? { command: service.command } : {}),
    environment: sorted({
      ...service.env,
      MOORAGE_STACK: facts.stack,
      MOORAGE_IMAGE_TAG: facts.imageTag,
      PORT: String(service.port),
    }).map(([name, value]) => ({ name, value })),
    essential: true,
    image: facts.image,
    logConfiguration: {
      logDriver: "awslogs",
      options: {
        "awslogs-group": facts.logGroup,
        "awslogs-region": facts.region,
        "awslogs-stream-prefix": "ecs",
        // Lines are dropped before the app is held up, and the buffer is larger than the default of 1 MB.
        "max-buffer-size": "25m",
        mode: "non-blocking",
      },
    },
    mountPoints: [],
    name: facts.name,
    portMappings: [{ containerPort: service.port, hostPort: service.port, protocol: "tcp" }],
    secrets: sorted(service.secrets).map(([name, valueFrom]) => ({ name, valueFrom })),
    stopTimeout: service.stopTimeout,
    systemControls: [],
    volumesFrom: [],
  };
  return JSON.stringify([container]);
}

/** By code unit, so that the order is the same on every machine. */
function sorted(values: Record<string, string>): [string, string][] {
  return Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
}
