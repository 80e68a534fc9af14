import * as http from "node:http";
import * as https from "node:https";
import type { TargetGroupRow, TargetRow } from "../services/elbv2/rows.js";

/** Shorter than the keep-alive of servers (Node's is 5 s), so that the target is seldom the one who closes. */
const idleMs = 3000;

/** Idle connections to targets, kept per target so that those of a draining one are dropped. */
export class Pool {
  private readonly agents = new Map<string, http.Agent>();

  agent(group: TargetGroupRow, target: TargetRow): http.Agent {
    const key = keyOf(group.arn, target);
    const known = this.agents.get(key);
    if (known) return known;
    const settings = { keepAlive: true, timeout: idleMs };
    const agent =
      group.protocol === "HTTPS"
        ? new https.Agent({ ...settings, rejectUnauthorized: false })
        : new http.Agent(settings);
    this.agents.set(key, agent);
    return agent;
  }

  /** Closes idle connections to the target; those in use end with their request. */
  drop(targetGroupArn: string, target: TargetRow): void {
    const key = keyOf(targetGroupArn, target);
    const agent = this.agents.get(key);
    if (!agent) return;
    this.agents.delete(key);
    agent.maxFreeSockets = 0;
    for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy();
  }

  close(): void {
    for (const agent of this.agents.values()) agent.destroy();
    this.agents.clear();
  }
}

function keyOf(targetGroupArn: string, target: TargetRow): string {
  return `${targetGroupArn} ${target.id}:${target.port}`;
}
