import type { Left } from "./imported.js";
import type { Path, Source } from "./source.js";

/** The fields of one object of a file: what nobody takes is left, and said. */
export class Fields {
  private readonly taken = new Set<string>();
  private readonly content: Record<string, unknown>;

  constructor(
    private readonly source: Source,
    private readonly path: Path,
    content: unknown,
    readonly left: Left[],
  ) {
    this.content = isMapping(content) ? content : {};
  }

  take(name: string): unknown {
    this.taken.add(name);
    return this.content[name] ?? undefined;
  }

  text(name: string): string | undefined {
    const value = this.take(name);
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    return typeof value === "string" ? value : undefined;
  }

  /** The fields of an object below; without any where it is none. */
  below(name: string): Fields {
    return new Fields(this.source, [...this.path, name], this.take(name), this.left);
  }

  /** A field that has no place in what is written, where it is there and says something. */
  leave(name: string, why: string): void {
    const value = this.take(name);
    const isEmpty =
      value === undefined ||
      value === false ||
      (typeof value === "object" && Object.keys(value as object).length === 0);
    if (!isEmpty) this.say([name], why);
  }

  say(below: Path, why: string): void {
    const path = [...this.path, ...below];
    this.left.push({ where: this.source.at(path), what: path.join("."), why });
  }

  /** Where the object itself stands. */
  place(): string {
    return this.source.at(this.path);
  }

  names(): string[] {
    return Object.keys(this.content);
  }

  /** What is left of the fields. */
  finish(): void {
    for (const name of this.names())
      if (!this.taken.has(name)) this.leave(name, "Moorage has no setting for it");
  }
}

export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
