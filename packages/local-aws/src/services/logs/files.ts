import { createHash } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";

export interface StoredEvent {
  /** Milliseconds since the epoch. */
  timestamp: number;
  message: string;
  ingestionTime: number;
}

/** A stream keeps this much twice over: the current file and the one before. */
const rotateBytes = 8 << 20;

/** The events of one log group: a folder with one file of JSON lines per stream. */
export class LogFiles {
  private readonly waiting = new Map<string, string[]>();
  private flushing: NodeJS.Immediate | undefined;

  constructor(private readonly root: string) {}

  /** Written at the end of this turn of the event loop, many lines in one write. */
  append(group: string, stream: string, event: StoredEvent): void {
    const file = this.file(group, stream);
    const lines = this.waiting.get(file) ?? [];
    lines.push(JSON.stringify(event));
    this.waiting.set(file, lines);
    this.flushing ??= setImmediate(() => this.flush());
  }

  /** An empty stream; false when there is one of that name. */
  create(group: string, stream: string): boolean {
    if (this.streams(group).includes(stream)) return false;
    mkdirSync(this.folder(group), { recursive: true });
    appendFileSync(this.file(group, stream), "");
    return true;
  }

  /** In the order of their arrival. */
  events(group: string, stream: string): StoredEvent[] {
    this.flush();
    const file = this.file(group, stream);
    return [...read(`${file}.old`), ...read(file)];
  }

  remove(group: string): void {
    this.flush();
    rmSync(this.folder(group), { recursive: true, force: true });
  }

  /** Streams that were made, or have written anything. */
  streams(group: string): string[] {
    this.flush();
    const folder = this.folder(group);
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .filter((name) => name.endsWith(".jsonl"))
      .map((name) => decodeURIComponent(name.slice(0, -".jsonl".length)))
      .sort();
  }

  flush(): void {
    clearImmediate(this.flushing);
    this.flushing = undefined;
    for (const [file, lines] of this.waiting) write(file, lines);
    this.waiting.clear();
  }

  private file(group: string, stream: string): string {
    return join(this.folder(group), `${encodeURIComponent(stream)}.jsonl`);
  }

  /** Group names hold slashes and may be as long as a file name can be. */
  private folder(group: string): string {
    return join(this.root, createHash("sha256").update(group).digest("hex").slice(0, 32));
  }
}

function write(file: string, lines: readonly string[]): void {
  mkdirSync(join(file, ".."), { recursive: true });
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > rotateBytes) renameSync(file, `${file}.old`);
  appendFileSync(file, `${lines.join("\n")}\n`);
}

/** A line that a killed daemon left half written is skipped. */
function read(file: string): StoredEvent[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as StoredEvent];
      } catch {
        return [];
      }
    });
}
