import { recordedServices } from "./services/index.js";
import { composeBalancing } from "./balancing.js";
import { Cloud } from "./cloud.js";
import { createEcr } from "./services/ecr/ecr.js";
import { createEc2 } from "./services/ec2/ec2.js";
import { mayReach } from "./services/ec2/reachable.js";
import { createEcs } from "./services/ecs/ecs.js";
import type { Elbv2 } from "./services/elbv2/elbv2.js";
import { Faults } from "./faults/faults.js";
import type { Home } from "./home/home.js";
import { createImageStore } from "./images/image-store.js";
import { createMesh } from "./connect/mesh.js";
import { createServiceDiscovery, namespaceArn } from "./services/servicediscovery/servicediscovery.js";
import { ownHostsFinder, type Playable } from "./platform/index.js";
import { createLogs } from "./services/logs/logs.js";
import { loseTasks } from "./faults/lose-tasks.js";
import type { ImageStore, Pace } from "./ports.js";
import { createRegistry, type Registry } from "./registry/registry.js";
import { RecordedRows } from "./resources/rows.js";
import { createSecretsManager } from "./services/secretsmanager/secrets-manager.js";
import { secretReader } from "./services/ecs/secrets.js";
import { Sites } from "./sites.js";
import type { Clock } from "./services/scheduler/clock.js";
import { taskStateChange } from "./services/ecs/state-change.js";
import type { Events } from "./services/events/events.js";
import type { Scheduler } from "./services/scheduler/scheduler.js";
import { Scaler, type ScalerOptions } from "./services/autoscaling/scaler.js";
import { Measurements } from "./services/cloudwatch/metrics.js";
import { Queues } from "./services/sqs/queues.js";
import { createSqs } from "./services/sqs/sqs.js";
import { createSsm } from "./services/ssm/ssm.js";
import { createStarters } from "./starters.js";
import { recordedStatuses, type RecordedStatus } from "./daemon/own-resources.js";
import { Store } from "./store.js";
import { createSts } from "./services/sts/sts.js";
import type { Trace } from "./wire/trace.js";
import type { Launch } from "./tasks/launch.js";
import { createTaskRunner } from "./tasks/runner.js";

/** A running local target without its HTTP server. */
export interface RunningTarget {
  store: Store;
  rows: RecordedRows;
  /** What callers reach: with faults. */
  cloud: Cloud;
  /** What the daemon itself uses: without. */
  own: Cloud;
  registry: Registry;
  sites: Sites;
  faults: Faults;
  clock: Clock;
  scheduler: Scheduler;
  scaler: Scaler;
  queues: Queues;
  /** Which names tasks find by a variable alone, and why. */
  names(): string[];
  /** Resources of types that are only recorded. */
  recorded(): RecordedStatus[];
  /** What containers asked for that is not played here, and why. */
  unplayed(): string[];
  /** What processes here can be denied. */
  playable(): Promise<Playable>;
  /** What a session of ECS Exec runs: once, by its token. */
  session(token: string, terminal: boolean): Launch;
  events: Events;
  balancerPort: number;
  /** Stops tasks, listeners and timers, then writes what is left. */
  close(): Promise<void>;
}

export interface TargetOptions {
  home: Home;
  pace: Pace;
  /** See `BalancerOptions`. */
  protocol?: "http" | "https" | undefined;
  trace?: Trace | undefined;
  /** See `LocalSettings`. */
  issuers?: Readonly<Record<string, string>> | undefined;
}

/** Composes all parts over a home's state, takes up what that state says should run, and opens the balancer. */
export async function startTarget(options: TargetOptions): Promise<RunningTarget> {
  const { home, pace, trace } = options;
  const store = Store.open(home.stateFolder);
  const rows = new RecordedRows(store);
  const faults = new Faults();
  const balancing = composeBalancing({ ...options, store, rows, faults });
  const { elbv2 } = balancing;
  const logs = createLogs({ store, folder: home.logsFolder });
  const registry = createRegistry({ root: home.registryFolder, store, defaultSite: home.defaultSite });
  const images = deniable(createImageStore({ root: home.imagesFolder, registry }), faults);
  const runner = createTaskRunner({ images, logs: logs.sink, ...foldersOf(home), pace });
  const ssm = createSsm({ store, key: home.key });
  const secretsmanager = createSecretsManager({ store, key: home.key });
  const { credentials } = home;
  const mesh = createMesh({ ownHosts: ownHostsFinder() });
  const ecs = createEcs({
    store,
    connect: {
      mesh,
      namespaceOf: (reference, site) => namespaceArn(rows, site, reference),
      mayReach: (from, to, port, site) => mayReach(rows, from, to, port, site),
    },
    targetGroups: elbv2.targetGroups,
    runner,
    pace,
    secrets: secretReader(ssm, secretsmanager, (site) => sites.emulators(site)),
    capacity: () => faults.hasCapacity(),
    onTask: (task, site) => void events.put(taskStateChange(task), site),
  });
  const queues = new Queues(store);
  const starters = createStarters({ store, rows, pace, queues, own: () => own });
  const { clock, scheduler, events, sfn } = starters;
  const scaler = composeScaler({ store, rows, clock, pace, queues, own: () => own }, elbv2);
  const services = {
    ...recordedServices(rows),
    ecs,
    ecr: createEcr({ store, registry, credentials, endpoint: () => `http://127.0.0.1:${home.apiPort}` }),
    ...{ elbv2, logs, ssm },
    sts: createSts(credentials.secretAccessKey),
    ec2: createEc2(rows, (site) => [...ecs.interfaces(site), ...elbv2.interfaces(site)]),
    secretsmanager,
    servicediscovery: createServiceDiscovery(rows, (site) => ecs.cloudMapServices(site)),
    ...{ scheduler, events, sfn, sqs: createSqs(queues), applicationautoscaling: scaler },
  };
  const own: Cloud = new Cloud(services);
  const cloud = new Cloud(services, faults.gate);
  const balancer = await balancing.open();
  const sites = new Sites({ home, store, rows, pace, cloud, own, balancerPort: balancer.port, trace });
  faults.onSet(loseTasks(ecs, own, () => sites.known()));
  elbv2.start();
  ecs.start();
  starters.start();
  scaler.start();
  await sites.reopen();
  return {
    store,
    rows,
    cloud,
    own,
    registry,
    ...{ sites, faults, clock, scheduler, scaler, queues },
    names: () => mesh.notes(),
    recorded: () => recordedStatuses(rows),
    unplayed: () => [...runner.unplayed(), ...ecs.unplayed(), ...balancing.notes()],
    playable: () => runner.playable(),
    session: (token, terminal) => ecs.session(token, terminal),
    events,
    balancerPort: balancer.port,
    async close() {
      starters.stop();
      scaler.stop();
      ecs.stop();
      await Promise.all([sites.close(), runner.close(), balancer.close(), mesh.close()]);
      elbv2.stop();
      logs.flush();
      await store.flush();
    },
  };
}

/** Where tasks are kept while they run, and file systems for ever. */
function foldersOf({ tasksFolder: folder, fileSystemsFolder: fileSystems }: Home) {
  return { folder, fileSystems };
}

/** What scales services, and what it counts. */
function composeScaler(
  { queues, ...options }: Omit<ScalerOptions, "measurements"> & { queues: Queues },
  { routing }: Pick<Elbv2, "routing">,
): Scaler {
  const measurements = new Measurements(queues);
  routing.onAnswered((group, ms) => {
    measurements.answered(group, ms);
  });
  return new Scaler({ ...options, measurements });
}

/** Images that a fault says may not be pulled, cannot be. */
function deniable(images: ImageStore, faults: Faults): ImageStore {
  return {
    async unpack(image) {
      const denial = faults.imageDenial(image);
      if (denial) throw denial;
      return images.unpack(image);
    },
  };
}
