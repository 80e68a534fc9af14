import type { AwsClients } from "../../../../adapters/aws/clients.js";
import { type RunningService, runningService } from "../../../../adapters/aws/running-service.js";
import { capacityKind } from "../../../../core/project/capacity.js";
import { badRequest } from "../../../../core/errors.js";
import { serviceNameOf } from "../services.js";
import type { Imported, Left, Settings } from "./imported.js";
import { appContainerOf, containerSettings, pulledFrom } from "./running-container.js";
import { requestsOfRunning } from "./running-requests.js";
import { settle } from "./settle.js";
import { takeOver } from "./take-over.js";
import { withoutEmpty } from "./words.js";

/** A service of ECS that is named: `<cluster>/<name>`, and where its task has several containers `/<container>`. */
export interface NamedService {
  cluster: string;
  name: string;
  container: string | undefined;
}

/** A service that runs, whoever made it, read by AWS's API. Raises `import-unreadable` (exit 2) where there is none. */
export async function importRunning(
  clients: AwsClients,
  named: NamedService,
  environment: string,
): Promise<Imported> {
  const { cluster, name } = named;
  const found = await runningService(clients, cluster, name);
  if (found === undefined)
    throw badRequest(
      "import-unreadable",
      `There is no service ${name} in the cluster ${cluster}.`,
      "Name it as service:<cluster>/<name>; --region and the credentials say where it is looked for.",
    );
  return importedOf(found, named, environment);
}

/** What a running service says, in Moorage's words. */
export function importedOf(found: RunningService, named: NamedService, environment: string): Imported {
  const { service, taskDefinition } = found;
  const left: Left[] = [];
  const say = (what: string, why: string) => left.push({ where: where(found), what, why });
  const main = appContainerOf(found, named.container);
  const name = serviceNameOf(named.name);
  const image = pulledFrom(main.image ?? "");
  const { settings: requests, host, listener, vpc } = requestsOfRunning(found, main, say);
  const network = service.networkConfiguration?.awsvpcConfiguration;
  const others = (taskDefinition.containerDefinitions ?? []).filter((one) => one !== main);
  const settings = withoutEmpty({
    ...(image.registry === undefined && { image: main.image }),
    ...requests,
    ...discoveryOf(found, requests, say),
    ...sizeOf(found, say),
    ...containerSettings(main, { say, site: siteOf(found) }),
    exec: service.enableExecuteCommand === true ? true : undefined,
    securityGroups: network?.securityGroups,
    sidecars: Object.fromEntries(
      others.map((one) => [
        one.name,
        withoutEmpty({
          image: one.image,
          essential: one.essential ?? true,
          ...containerSettings(one, { say, site: siteOf(found) }),
        }),
      ]),
    ),
  });
  sayWhatStays(found, say);
  const kept = settle("service", settings, where(found), left);
  const part = { name, isBuilt: image.registry !== undefined, settings: kept, own: {} };
  return {
    services: [part],
    jobs: [],
    environments: [environment],
    answers: withoutEmpty({
      registry: image.registry,
      region: siteOf(found).region,
      cluster: service.clusterArn,
      listener,
      vpc: listener === undefined ? vpc : undefined,
      subnets: network?.subnets,
      domain: host?.split(".").slice(1).join("."),
      port: requests["port"] === undefined ? undefined : String(requests["port"]),
      health: (requests["health"] as Settings | undefined)?.["path"],
    }),
    host,
    left,
    next: takeOver(found, { environment, image: main.image ?? "", ...image }),
  };
}

function where({ service }: RunningService): string {
  return service.serviceArn?.split(":").slice(5).join(":") ?? "";
}

/** The account, region and partition of its own ARN. */
function siteOf({ service }: RunningService): { partition: string; region: string; account: string } {
  const [, partition = "aws", , region = "", account = ""] = service.serviceArn?.split(":") ?? [];
  return { partition, region, account };
}

type Say = (what: string, why: string) => void;

/** Its name in Cloud Map stays. Who may call it is in its security groups, which stay too. */
function discoveryOf({ service }: RunningService, { port }: Settings, say: Say): Settings {
  const registry = service.serviceRegistries?.find(({ registryArn }) => registryArn !== undefined);
  if (registry === undefined) return {};
  if (port === undefined) {
    say(
      "serviceRegistries",
      "its port is not known, so that its name in Cloud Map is not carried over: set `discovery`",
    );
    return {};
  }
  const named = registry.port ?? registry.containerPort;
  if (named !== undefined && named !== port)
    say(
      "serviceRegistries",
      `its record in Cloud Map says port ${String(named)}, and here it will be ${String(port)}`,
    );
  return {
    discovery: {
      registry: registry.registryArn,
      ...(named !== undefined && { record: "SRV" }),
    },
  };
}

function sizeOf({ service, taskDefinition }: RunningService, say: Say): Settings {
  const { cpu, memory, runtimePlatform, ephemeralStorage } = taskDefinition;
  const strategy = service.capacityProviderStrategy ?? [];
  const providers: readonly string[] = capacityKind.providers;
  const foreign = strategy.filter(({ capacityProvider = "" }) => !providers.includes(capacityProvider));
  if (service.launchType === "EC2" || service.launchType === "EXTERNAL" || foreign.length > 0)
    say("capacityProviderStrategy", "it does not run on Fargate, and Moorage's services do: check its size");
  const spot = strategy.find(({ capacityProvider }) => capacityProvider === capacityKind.spot);
  const onDemand = strategy.find(({ capacityProvider }) => capacityProvider === capacityKind.onDemand);
  const shares = (spot?.weight ?? 0) + (onDemand?.weight ?? 0);
  const percent = shares === 0 ? 0 : Math.round((100 * (spot?.weight ?? 0)) / shares);
  return {
    cpu: cpu === undefined ? undefined : Number(cpu),
    memory: memory === undefined ? undefined : Number(memory),
    ...(runtimePlatform?.cpuArchitecture === "ARM64" && { architecture: "ARM64" }),
    ...(ephemeralStorage?.sizeInGiB !== undefined &&
      ephemeralStorage.sizeInGiB > 20 && { ephemeralStorage: ephemeralStorage.sizeInGiB }),
    desiredCount: service.desiredCount,
    ...(percent > 0 &&
      (percent === 100 && !onDemand?.base
        ? { capacityProvider: capacityKind.spot }
        : { spot: { base: onDemand?.base ?? 0, percent } })),
  };
}

function sayWhatStays({ service, taskDefinition }: RunningService, say: Say): void {
  const { taskRoleArn, volumes = [] } = taskDefinition;
  const role = taskRoleArn?.split("/").at(-1);
  if (role !== undefined)
    say(
      "taskRoleArn",
      `Moorage makes a role of its own: give it what ${role} has by \`policies\` (\`aws iam list-attached-role-policies --role-name ${role}\`, and list-role-policies)`,
    );
  if (volumes.length > 0)
    say("volumes", `file systems (${volumes.map(({ name }) => name).join(", ")}) are not carried over`);
  if ((service.loadBalancers?.length ?? 0) > 1)
    say("loadBalancers", "it is behind several target groups: one was read");
  if (service.deployments?.some(({ serviceConnectConfiguration: connect }) => connect?.enabled === true))
    say("serviceConnectConfiguration", "who may call it is not known: see `connect`");
  const { minimumHealthyPercent: least, maximumPercent: most } = service.deploymentConfiguration ?? {};
  if ((least ?? 100) !== 100 || (most ?? 200) !== 200)
    say(
      "deploymentConfiguration",
      `it is a setting of the environment: moorage:deployment: { minimumHealthyPercent: ${least ?? 100}, maximumPercent: ${most ?? 200} }`,
    );
  if (service.deploymentController?.type !== undefined && service.deploymentController.type !== "ECS")
    say("deploymentController", "Moorage deploys by ECS itself");
  const resource = `service/${service.clusterArn?.split("/").at(-1) ?? ""}/${service.serviceName ?? ""}`;
  say(
    "autoscaling",
    `whether it scales is not read (\`aws application-autoscaling describe-scaling-policies --service-namespace ecs --resource-id ${resource}\`): set \`autoscaling\``,
  );
  say("schedules", "scheduled tasks of the cluster are not read: make each one of moorage:jobs");
}
