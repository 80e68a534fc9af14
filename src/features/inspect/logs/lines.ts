import { shownLine } from "../../../core/shown.js";

/** A line of one of a stack's services. */
export interface ServiceLine {
  id: string;
  /** Milliseconds since the epoch. */
  timestamp: number;
  service: string;
  task: string;
  message: string;
}

/** Lines of several services in the order of time; those of one moment stay in the order that their service has them. */
export function merged(lines: readonly (readonly ServiceLine[])[]): ServiceLine[] {
  return lines.flat().sort((a, b) => a.timestamp - b.timestamp);
}

/** CloudWatch may show a line this much later than its time, among lines that were shown already. Milliseconds. */
const lateness = 10_000;

/**
 * Tells new lines from those that were seen: every look begins some seconds before the newest line, so that late lines
 * are caught, and what it finds again is left out.
 */
export class SeenLines {
  private newest: number;
  private readonly ids = new Map<string, number>();

  /** `from` in milliseconds since the epoch. */
  constructor(private readonly from: number) {
    this.newest = from;
  }

  /** Where the next look begins. */
  get since(): number {
    return Math.max(this.from, this.newest - lateness);
  }

  fresh(lines: readonly ServiceLine[]): ServiceLine[] {
    const found = lines.filter(({ id, service }) => !this.ids.has(`${service} ${id}`));
    for (const { id, service, timestamp } of found) {
      this.ids.set(`${service} ${id}`, timestamp);
      this.newest = Math.max(this.newest, timestamp);
    }
    for (const [id, timestamp] of this.ids) if (timestamp < this.since) this.ids.delete(id);
    return found;
  }
}

/** One line of `logs --json`; stable. */
export interface LineJson {
  /** ISO 8601. */
  timestamp: string;
  service: string;
  task: string;
  message: string;
}

export function lineJson({ timestamp, service, task, message }: ServiceLine): LineJson {
  return { timestamp: isoOf(timestamp), service, task, message };
}

/** A log's lines carry whatever time their writer gave: one that no date can hold is the end of what one can. */
function isoOf(timestamp: number): string {
  const largest = 8_640_000_000_000_000;
  const time = Number.isFinite(timestamp) ? Math.max(-largest, Math.min(largest, timestamp)) : 0;
  return new Date(time).toISOString();
}

/** `2026-01-02T03:04:05.678Z web  listening on 8080`: services in a column of their own, `width` characters wide. */
export function textOf({ timestamp, service, message }: ServiceLine, width: number): string {
  return `${isoOf(timestamp)} ${service.padEnd(width)}  ${shownLine(message)}`;
}
