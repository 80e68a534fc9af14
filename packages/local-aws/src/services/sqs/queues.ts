import type { Store } from "../../store.js";

/** How many messages a queue has. */
export interface QueueDepth {
  waiting: number;
  inWork: number;
}

interface QueueRow extends QueueDepth {
  /** The latest that were sent here, as far as they wait. */
  bodies: string[];
}

/** Messages kept of one queue. */
const mostKept = 100;

/**
 * The queues that somebody has made here, `moorage local queue` for example: what SQS tells, CloudWatch measures and dead letters go to.
 * By their names, which are the same queues in each account and region.
 */
export class Queues {
  private readonly rows: Record<string, QueueRow>;

  constructor(private readonly store: Store) {
    this.rows = store.table<QueueRow>("queues");
  }

  /** Undefined for one that nobody has made. */
  depth(name: string): QueueDepth | undefined {
    const row = this.row(name);
    return row && { waiting: row.waiting, inWork: row.inWork };
  }

  all(): Record<string, QueueDepth> {
    return Object.fromEntries(
      Object.entries(this.rows).map(([name, { waiting, inWork }]) => [name, { waiting, inWork }]),
    );
  }

  /** Makes the queue where it is not there. */
  set(name: string, { waiting, inWork }: QueueDepth): void {
    const bodies = this.row(name)?.bodies ?? [];
    this.rows[name] = { waiting, inWork, bodies: waiting === 0 ? [] : bodies.slice(-waiting) };
    this.store.changed();
  }

  /** Whether the queue of that ARN is there, and has the message now. */
  send(queueArn: string, body: string): boolean {
    const row = this.row(queueArn.split(":").at(-1) ?? "");
    if (row === undefined) return false;
    row.waiting += 1;
    row.bodies = [...row.bodies, body].slice(-mostKept);
    this.store.changed();
    return true;
  }

  private row(name: string): QueueRow | undefined {
    return Object.hasOwn(this.rows, name) ? this.rows[name] : undefined;
  }
}
