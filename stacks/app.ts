import type { Service as EcsService } from "@pulumi/aws/ecs/service.js";
import type { HttpNamespace } from "@pulumi/aws/servicediscovery/httpNamespace.js";
import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../src/core/project/schema.js";
import { type AppOutputs, outputsOf, runningImage, sidecarImages } from "./components/app-outputs.js";
import { callersOf, connectConfiguration, declareNamespace, GroupIds } from "./components/connect.js";
import type { Identity } from "./components/identity.js";
import type { StackPlace } from "../src/core/project/service-hosts.js";
import { wantedRules } from "../src/core/project/kinds/kind-of.js";
import { calledBy, calledFirst, urlVariables } from "../src/core/project/connect.js";
import { bySpecificity } from "../src/core/project/priorities.js";
import { type Job as JobSettings, jobsOf } from "../src/core/project/jobs.js";
import { Job } from "./components/job.js";
import { declareJobFailures } from "./components/job-failures.js";
import { declareStarters } from "./components/starters.js";
import type { StackImages } from "./components/release.js";
import { type MigrationHook, awaitMigration } from "./components/gate.js";
import { logGroupName } from "../src/core/project/aws-names.js";
import { encryptionMissing } from "./components/network.js";
import { withPlacedValues } from "./components/placed-values.js";
import { redirectLoop } from "./components/rules.js";
import { checkStatements } from "./components/statements.js";
import { type ClientSecrets, readClientSecrets, signInUnencrypted } from "./components/sign-in.js";
import type { Own } from "./own/own.js";
import { Service, type TaskRoles } from "./components/service.js";
import type { ResolvedFoundation } from "./components/surroundings.js";

/** All that an app's services are declared from. */
export interface App {
  config: Config;
  identity: Identity;
  surroundings: ResolvedFoundation;
  release: StackImages;
  hosts: StackPlace;
  forceDelete: boolean;
  /** What every service's tasks run with; without them each service makes its own two. */
  taskRoles?: TaskRoles;
  /** With which EventBridge and its Scheduler start the jobs; without it the stack makes its own. */
  scheduler?: string | undefined;
  /** What services and jobs get of the team's own resources. */
  own: Own;
  /** What the driver does before the services are updated; nothing under the plain CLI. */
  gate: MigrationHook | undefined;
}

/** A service with all that is its own. */
export interface DeclaredService {
  service: Service;
  ecsService: EcsService;
}

/**
 * Declares every service; rules of more specific paths come first, so that a provider's own numbering fits too. ECS
 * services come last, when the migration has come to a good end.
 */
export async function declareApp(
  given: App,
): Promise<{ outputs: AppOutputs; services: Record<string, DeclaredService> }> {
  const app = { ...given, config: withPlacedValues(given) };
  const { config, surroundings, release } = app;
  const problem =
    encryptionMissing(config.services, surroundings) ??
    signInUnencrypted(config.services, surroundings) ??
    redirectLoop(config.services, app.hosts, surroundings);
  if (problem !== undefined) throw new pulumi.RunError(problem);
  await checkStatements(app);
  const clientSecrets = await readClientSecrets(config.services);
  const parts: Record<string, Service> = {};
  const routed = wantedRules(config);
  const others = Object.keys(config.services).filter(
    (name) => !routed.some(({ service }) => service === name),
  );
  const inOrder = bySpecificity(routed.filter(({ name }) => name === undefined));
  const names = {
    namespace: declareNamespace(app.identity, config.services, release.namespaces.length > 0),
    groups: new GroupIds(Object.keys(config.services)),
  };
  for (const name of [...inOrder.map(({ service }) => service), ...others]) {
    const part = declareService(app, name, Object.values(parts), { ...names, clientSecrets });
    names.groups.declared(name, part.kind.securityGroup);
    parts[name] = part;
  }
  await awaitMigration(app.gate, migrationOf(app, parts));
  const services = start(parts, config);
  const jobs = jobsOf(config).map((job) => declareJob(app, job, parts));
  const after = Object.values(services).map(({ ecsService }) => ecsService);
  declareStarters({ ...app, jobs, after, role: app.scheduler });
  if (config.alarms !== undefined)
    for (const job of jobs) declareJobFailures(job, { ...app, topics: config.alarms.topics });
  return { outputs: outputsOf(app, { services, jobs, namespace: names.namespace }), services };
}

/** A service after those that it calls; the result is in the parts' order. */
function start(
  parts: Record<string, Service>,
  { services }: Pick<Config, "services">,
): Record<string, DeclaredService> {
  const started = new Map<string, EcsService>();
  for (const name of calledFirst(Object.keys(parts), services)) {
    const called = calledBy(name, services).flatMap(({ service }) => started.get(service) ?? []);
    const ecsService = parts[name]?.start(called);
    if (ecsService !== undefined) started.set(name, ecsService);
  }
  return Object.fromEntries(
    Object.entries(parts).flatMap(([name, service]): [string, DeclaredService][] => {
      const ecsService = started.get(name);
      return ecsService === undefined ? [] : [[name, { service, ecsService }]];
    }),
  );
}

function migrationOf({ config, surroundings, identity }: App, parts: Record<string, Service>) {
  const { migrate } = config;
  const name = migrate?.service ?? Object.keys(config.services)[0] ?? "";
  const service = parts[name];
  if (migrate === undefined || service === undefined) return undefined;
  const { cluster, subnets, assignPublicIp } = surroundings;
  return {
    cluster,
    subnets,
    assignPublicIp,
    taskDefinition: service.taskDefinition.arn,
    securityGroups: pulumi.all([
      service.kind.securityGroup.id,
      ...(config.services[name]?.securityGroups ?? []),
    ]),
    logGroup: service.logGroup.name,
    container: name,
    command: migrate.command,
    timeoutMs: migrate.timeout,
    tags: identity.tags,
  };
}

function declareService(
  app: App,
  name: string,
  earlier: Service[],
  names: { namespace: HttpNamespace | undefined; groups: GroupIds; clientSecrets: ClientSecrets },
): Service {
  const { config, identity, surroundings, release } = app;
  const service = config.services[name];
  if (service === undefined) throw new Error(`${name} is not a service`);
  const owner = { app: identity.app, service: name, stack: identity.stack };
  const logGroup = logGroupName(owner, config.logGroupPrefix);
  return new Service(name, {
    owner,
    logGroup,
    adoptLogGroup: config.adopt.includes(logGroup),
    config: service,
    deployment: config.deployment,
    surroundings,
    tags: identity.tags,
    hosts: app.hosts,
    ...runningImage(app, name, service),
    sidecarImages: sidecarImages(app, name, service),
    priorities: release.priorities,
    capacity: release.capacity[name],
    standing: release.standing[name],
    forceDelete: app.forceDelete,
    taskRoles: app.taskRoles,
    after: earlier.flatMap((other) => other.kind.rules),
    own: app.own.of(name),
    clientSecret: names.clientSecrets[name],
    callers: callersOf(name, config.services, names.groups),
    names: connectConfiguration(name, config.services, names.namespace),
    urls: urlVariables(name, config.services),
    taskEnv: config.taskEnv,
  });
}

/** It starts nothing: before its schedule is switched the services are, and nobody waits for it. */
function declareJob(app: App, job: JobSettings, services: Record<string, Service>): Job {
  const { config, identity, surroundings } = app;
  const owner = { app: identity.app, service: job.name, stack: identity.stack };
  const logGroup = logGroupName(owner, config.logGroupPrefix);
  return new Job(job.name, {
    job,
    owner,
    logGroup,
    adoptLogGroup: config.adopt.includes(logGroup),
    surroundings,
    tags: identity.tags,
    ...runningImage(app, job.image, job.task),
    securityGroup: services[job.settings.service ?? ""]?.kind.securityGroup,
    taskEnv: config.taskEnv,
    taskRoles: app.taskRoles,
    own: app.own.of(job.name),
  });
}
