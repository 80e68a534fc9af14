import type { Task } from "@aws-sdk/client-ecs";
import type { AwsService, Operation, Site } from "../../cloud.js";
import type { NetworkInterface, NetworkInterfaces, Pace, TargetGroups } from "../../ports.js";
import type { Store } from "../../store.js";
import type { TaskRunner } from "../../tasks/task.js";
import type { Launch } from "../../tasks/launch.js";
import type { Mesh } from "../../connect/mesh.js";
import type { CloudMapService } from "../servicediscovery/servicediscovery.js";
import type { NamespaceOf } from "./connect/checks.js";
import { liveEndpoints } from "./connect/endpoints.js";
import { type MayReach, taskNames } from "./connect/task-names.js";
import { clusterOperations, isAt } from "./clusters.js";
import { Driver } from "./driver.js";
import { registryNotes } from "./registry-notes.js";
import { type Tables, tablesOf, type TaskRow } from "./rows.js";
import { Sessions } from "./sessions.js";
import { serviceDeploymentOperations } from "./service-deployments.js";
import { serviceOperations } from "./services.js";
import { ecsTagOperations } from "./tags.js";
import { taskDefinitionOperations } from "./task-definitions.js";
import type { SecretReader } from "./task-spec.js";
import { taskOperations } from "./tasks.js";
import { taskView } from "./task-view.js";

export interface EcsOptions {
  store: Store;
  targetGroups: TargetGroups;
  runner: TaskRunner;
  pace: Pace;
  /** Reads `secrets` of container definitions; without it, tasks that want one fail to start. */
  secrets?: SecretReader;
  /** Whether there is room for one more task; without it, always. */
  capacity?: () => boolean;
  /** Where services find each other; without it no namespace is known. */
  connect?: { mesh: Mesh; namespaceOf: NamespaceOf; mayReach: MayReach };
  now?: () => number;
  /** A task has come to another status: as DescribeTasks shows it. */
  onTask?: (task: Task, site: Site) => void;
}

export interface Ecs extends AwsService {
  /** Begins to schedule. Tasks that the store still knows from a process before this one are lost, and replaced. */
  start(): void;
  /** Schedules nothing more. Its tasks end with the runner. */
  stop(): void;
  /** Loses a task at once, by its ARN, as when its machine fails. False when it does not run. */
  lose(taskArn: string): boolean;
  /** What a session that ExecuteCommand gave runs: once, by its token. */
  session(token: string, terminal: boolean): Launch;
  /** Of tasks that have not stopped. */
  interfaces: NetworkInterfaces;
  /** What ECS keeps in Cloud Map. */
  cloudMapServices: (site: Site) => CloudMapService[];
  /** What of its services is not played here; for people. */
  unplayed(): string[];
}

/** The local target's ECS: operations in the shapes of the AWS SDK, and the scheduler behind them. */
export function createEcs(options: EcsOptions): Ecs {
  const { store, targetGroups, runner, pace, secrets, capacity, connect } = options;
  const { now = Date.now, onTask } = options;
  const tables = tablesOf(store);
  const onStatus = (row: TaskRow) => onTask?.(taskView(row, tables, false), row.site);
  const changed = () => store.changed();
  const names = connect && taskNames(tables, connect.mesh, connect.mayReach);
  const parts = { tables, runner, targetGroups, secrets, capacity, names, pace, now };
  const driver = new Driver({ ...parts, changed, onStatus });
  const wake = (serviceArn: string) => driver.wake(serviceArn);
  const namespaceOf: NamespaceOf = connect?.namespaceOf ?? (() => undefined);
  const around = { tables, targetGroups, pace, now, changed, wake, namespaceOf };
  const sessions = new Sessions(tables, driver.life);
  const operations: Record<string, Operation> = {
    ...clusterOperations(tables, changed),
    ...taskDefinitionOperations(tables, changed, now),
    ...serviceOperations(around),
    ...serviceDeploymentOperations(around),
    ...taskOperations(tables, driver.life, now),
    ...sessions.operations(),
    ...ecsTagOperations(tables, changed),
  };
  return {
    operations,
    start: () => driver.start(),
    stop: () => driver.stop(),
    lose: (taskArn) => {
      const task = tables.tasks[taskArn];
      if (task === undefined || task.lastStatus === "STOPPED") return false;
      driver.life.lose(task);
      return true;
    },
    session: (token, terminal) => sessions.open(token, terminal),
    interfaces: (site) => interfacesOf(tables, site),
    unplayed: () => registryNotes(tables),
    cloudMapServices: (site) =>
      liveEndpoints(tables, site).map(({ cloudMapId: id, name, namespaceArn, createdAt, service }) => ({
        id,
        name,
        namespaceArn,
        createdAt,
        instances: Object.values(tables.tasks).filter(
          (task) => task.serviceArn === service && task.lastStatus === "RUNNING",
        ).length,
      })),
  };
}

function interfacesOf({ tasks }: Tables, site: Site): NetworkInterface[] {
  const there = Object.values(tasks).filter((task) => isAt(task.site, site) && task.lastStatus !== "STOPPED");
  return there.flatMap(({ id, arn, network }) =>
    network === undefined ? [] : [{ id: `eni-${id.slice(0, 17)}`, description: arn, ...network }],
  );
}
