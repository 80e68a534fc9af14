import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

type Tables = Record<string, Record<string, unknown>>;

/**
 * The local target's state: tables of plain JSON rows, kept in one file that is replaced whole.
 * A module asks for its table, mutates rows in place and says `changed()`; writes are coalesced, and
 * `flush()` resolves when all that was changed before it is on disk, so an answered call survives a SIGKILL.
 */
export class Store {
  private dirty = false;
  private writing: Promise<void> | undefined;

  private constructor(
    private readonly file: string,
    private readonly tables: Tables,
  ) {}

  /** Opens the state in `folder`, made when absent. Throws when the file is not JSON. */
  static open(folder: string): Store {
    mkdirSync(folder, { recursive: true });
    const file = join(folder, "state.json");
    return new Store(file, read(file));
  }

  /** The rows of a table, by id; the same object each time, so rows are mutated in place. */
  table<Row>(name: string): Record<string, Row> {
    return (this.tables[name] ??= {}) as Record<string, Row>;
  }

  /** Says that rows were mutated; they reach the disk soon. */
  changed(): void {
    this.dirty = true;
    this.writing ??= this.write();
  }

  async flush(): Promise<void> {
    while (this.writing) await this.writing;
  }

  /** The last write, when the process is about to end. */
  flushSync(): void {
    writeFileSync(`${this.file}.last`, JSON.stringify(this.tables));
    renameSync(`${this.file}.last`, this.file);
  }

  private async write(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    try {
      while (this.dirty) {
        this.dirty = false;
        await writeFile(`${this.file}.next`, JSON.stringify(this.tables));
        await rename(`${this.file}.next`, this.file);
      }
    } finally {
      this.writing = undefined;
    }
  }
}

function read(file: string): Tables {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Tables;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw new Error(`${file} cannot be read`, { cause: error });
  }
}
