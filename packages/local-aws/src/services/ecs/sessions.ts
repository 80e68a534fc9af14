import { randomBytes } from "node:crypto";
import type { ExecuteCommandRequest, ExecuteCommandResponse } from "@aws-sdk/client-ecs";
import type { Site } from "../../cloud.js";
import type { Launch } from "../../tasks/launch.js";
import { activeCluster } from "./clusters.js";
import { invalid, notEnabled } from "./errors.js";
import { ecsArn, lastPart } from "./ids.js";
import type { Tables, TaskRow } from "./rows.js";
import { splitCommand } from "./split-command.js";
import type { TaskLife } from "./task-life.js";
import { agentOf } from "./task-view.js";

/** Sessions that were asked for and not opened. */
const mostWaiting = 100;

interface Session {
  task: TaskRow;
  container: string;
  command: string[];
}

/**
 * ECS Exec. A session is opened by the home's own interface (`session`), and its command then runs where the caller is: nothing
 * here speaks the protocol of the Session Manager plugin.
 */
export class Sessions {
  private readonly waiting = new Map<string, Session>();

  constructor(
    private readonly tables: Tables,
    private readonly life: TaskLife,
  ) {}

  operations() {
    return {
      ExecuteCommand: (input: ExecuteCommandRequest, site: Site): ExecuteCommandResponse => {
        const cluster = activeCluster(this.tables, site, input.cluster);
        if (input.interactive !== true) throw invalid("Interactive is the only mode supported currently.");
        const command = splitCommand(input.command ?? "");
        if (command.length === 0) throw invalid("Command cannot be empty.");
        const task = this.tables.tasks[ecsArn.task(site, cluster.name, lastPart(input.task ?? ""))];
        if (task === undefined) throw invalid("The referenced task was not found.");
        const container = this.containerOf(task, input.container);
        const sessionId = `ecs-execute-command-${randomBytes(9).toString("hex")}`;
        const token = randomBytes(24).toString("base64url");
        this.keep(token, { task, container, command });
        return {
          clusterArn: cluster.arn,
          taskArn: task.arn,
          containerName: container,
          containerArn: ecsArn.container(site, cluster.name, task.id, container),
          interactive: true,
          session: { sessionId, streamUrl: `moorage-local://sessions/${sessionId}`, tokenValue: token },
        };
      },
    };
  }

  /** What the session's command is, once. Throws where there is no such session, or its container has ended. */
  open(token: string, terminal: boolean): Launch {
    const session = this.waiting.get(token);
    this.waiting.delete(token);
    const { task, container, command } = session ?? {};
    const launch = task && container && this.life.exec(task, container, command ?? [], terminal);
    if (!launch) throw notEnabled();
    return launch;
  }

  private containerOf(task: TaskRow, wanted: string | undefined): string {
    const [first, ...more] = task.containers;
    if (wanted === undefined && more.length > 0)
      throw invalid("A container name must be specified when the task has multiple containers.");
    const name = wanted ?? first?.name ?? "";
    if (!task.containers.some((one) => one.name === name))
      throw invalid(`The container ${name} was not found in the task.`);
    const definition = this.tables.taskDefinitions[task.taskDefinitionArn]?.definition;
    const isRunning = agentOf(task, name, definition).lastStatus === "RUNNING";
    if (task.exec !== true || task.desiredStatus !== "RUNNING" || !isRunning) throw notEnabled();
    return name;
  }

  private keep(token: string, session: Session): void {
    this.waiting.set(token, session);
    for (const oldest of [...this.waiting.keys()].slice(0, -mostWaiting)) this.waiting.delete(oldest);
  }
}
