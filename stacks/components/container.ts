import { kindOf } from "../../src/core/project/kinds/kind-of.js";
import type { ServiceConfig } from "../../src/core/project/service-schema.js";
import type { Sidecar } from "../../src/core/project/service-sidecars.js";
import { namedPort } from "./connect.js";
import { targetVariables } from "./task-env.js";
import { byName, confinement, startup } from "./container-options.js";
import type { OwnValues } from "../own/own.js";
import { appMounts } from "../../src/core/project/volumes.js";
import type { Logging } from "../../src/core/project/log-routing.js";
import { routedTo, routerOf } from "./log-routing.js";
import { mountPoints } from "./volumes.js";
import type { NameOwner } from "../../src/core/project/aws-names.js";

/** What a task's containers are made from. */
export interface ContainerArgs {
  owner: NameOwner;
  config: ServiceConfig;
  surroundings: { region: string };
  /** `registry/repository@sha256:...` */
  image: string;
  imageTag: string;
  /** Of sidecars that have one of their own. */
  sidecarImages?: Record<string, { image: string; imageTag: string }>;
  logGroup: string;
  /** Where it reaches the services that it may call; what the configuration says of the same name wins. */
  urls?: Record<string, string>;
  /** What the target tells every container; what the configuration says of the same name wins. */
  taskEnv?: Readonly<Record<string, string>>;
  /** What it gets of the team's own resources; what the configuration says of the same name wins. */
  own?: OwnValues | undefined;
}

/**
 * A task's container definitions as ECS gives them back: variables sorted, defaults written out, nothing null. In any
 * other form every update would see a change. Source: RegisterTaskDefinition, `containerDefinitions`.
 */
export function containerDefinitions(args: ContainerArgs): string {
  const { config } = args;
  const sidecars = Object.entries(config.sidecars).sort(byName);
  return JSON.stringify([
    app(args),
    ...sidecars.map(([name, sidecar]) => sidecarContainer(name, sidecar, args)),
  ]);
}

/** The app's own: it bears the service's name, and stands first. */
function app(args: ContainerArgs): object {
  const { owner, config, image, urls } = args;
  const { variables, ports } = kindOf(config).containerOf(config);
  const own = unlessConfigured(args);
  return {
    ...startup(config),
    environment: environment(args, config, { ...urls, ...own.env, ...config.env, ...variables }),
    essential: true,
    image,
    ...confinement(config, config.exec),
    logConfiguration: logs(args, config.logging),
    mountPoints: mountPoints(appMounts(config.volumes)),
    name: owner.service,
    portMappings: ports.map((port) => ({
      containerPort: port,
      hostPort: port,
      protocol: "tcp",
      ...namedPort(owner.service, config),
    })),
    secrets: secrets({ secrets: { ...own.secrets, ...config.secrets } }),
    stopTimeout: config.stopTimeout,
    systemControls: [],
    volumesFrom: [],
  };
}

/** A name is either a variable or a secret. */
function unlessConfigured({ own, config }: ContainerArgs): OwnValues {
  const { env = {}, secrets = {} } = own ?? {};
  const open = (values: Readonly<Record<string, string>>, taken: object): Record<string, string> =>
    Object.fromEntries(Object.entries(values).filter(([name]) => !(name in taken)));
  return { env: open(env, config.secrets), secrets: open(secrets, config.env) };
}

function sidecarContainer(name: string, sidecar: Sidecar, args: ContainerArgs): object {
  const { target } = args.config;
  // One that takes the requests listens where it is told, as the app does.
  const port = target?.container === name ? target.port : undefined;
  const own = args.sidecarImages?.[name];
  return {
    ...startup(sidecar),
    environment: environment({ ...args, ...own }, sidecar, {
      ...sidecar.env,
      ...(port !== undefined && { PORT: String(port) }),
    }),
    essential: sidecar.essential,
    image: sidecar.image ?? (own ?? args).image,
    ...confinement(sidecar, false),
    ...(sidecar.firelens && { firelensConfiguration: routerOf(sidecar.firelens) }),
    logConfiguration: logs(args, sidecar.logging),
    mountPoints: mountPoints(sidecar.mounts),
    name,
    portMappings: port === undefined ? [] : [{ containerPort: port, hostPort: port, protocol: "tcp" }],
    secrets: secrets(sidecar),
    stopTimeout: sidecar.stopTimeout ?? args.config.stopTimeout,
    systemControls: [],
    volumesFrom: [],
  };
}

function environment(
  { owner, imageTag, taskEnv = {} }: ContainerArgs,
  { secrets: kept }: Pick<Sidecar, "secrets">,
  values: Record<string, string>,
): object[] {
  const told = targetVariables(taskEnv, { ...values, ...kept });
  const all = { ...told, ...values, MOORAGE_STACK: owner.stack, MOORAGE_IMAGE_TAG: imageTag };
  return Object.entries(all)
    .sort(byName)
    .map(([name, value]) => ({ name, value }));
}

function secrets({ secrets: kept }: Pick<Sidecar, "secrets">): object[] {
  return Object.entries(kept)
    .sort(byName)
    .map(([name, valueFrom]) => ({ name, valueFrom }));
}

function logs({ logGroup, surroundings }: ContainerArgs, routed: Logging | undefined): object {
  if (routed !== undefined) return routedTo(routed);
  return {
    logDriver: "awslogs",
    options: {
      "awslogs-group": logGroup,
      "awslogs-region": surroundings.region,
      "awslogs-stream-prefix": "ecs",
      // A full buffer drops lines before it holds up the app. Source: AWS, "Preventing log loss with non-blocking mode".
      "max-buffer-size": "25m",
      mode: "non-blocking",
    },
  };
}
