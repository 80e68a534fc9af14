import { basename } from "node:path";
import type { z } from "zod";
import { type FilePlace, MoorageError } from "../errors.js";
import { type Mistake, type PlacedMistake, describeMistake, mistakesOf } from "./mistakes.js";
import type { StackFile } from "./project.js";
import { type Config, configSchema } from "./schema.js";

const prefix = "moorage:";

/** The file that a configuration is from, as far as mistakes need it. */
export type CheckedFile = Pick<StackFile, "path"> & Partial<Pick<StackFile, "unclear" | "locate">>;

/**
 * The `moorage:` namespace of a stack's merged configuration (other namespaces are not looked at), defaults filled.
 * Throws a bad request, code `config-invalid`, whose message lists every mistake with its path.
 * `source` is named in it: `Pulumi.dev.yaml`; with the file at hand the error also says where each mistake stands.
 */
export function parseConfig(raw: Record<string, unknown>, source: string, file?: CheckedFile): Config {
  return parseNamespace(configSchema, raw, source, file);
}

/** Parses the `moorage:` settings by the schema of a stack that is not an environment. */
export function parseNamespace<Schema extends z.ZodType>(
  schema: Schema,
  raw: Record<string, unknown>,
  source: string,
  file?: CheckedFile,
): z.infer<Schema> {
  const checked = checkNamespace(schema, raw);
  const unclear = file?.unclear ?? [];
  if ("config" in checked && unclear.length === 0) return checked.config;
  const known = new Set(unclear.map(({ path }) => path.join(".")));
  const described = ("mistakes" in checked ? checked.mistakes : [])
    .filter(({ path }) => !known.has(`${prefix}${path.join(".")}`))
    .map((mistake) => {
      const place = file?.locate?.(mistake);
      const text = describeMistake(mistake);
      return { text: place?.file === undefined ? text : fromDefaults(text, place), place };
    });
  const places = described.flatMap(({ place, text }) =>
    file === undefined || place === undefined ? [] : [{ file: file.path, ...place, text }],
  );
  throw configInvalid(
    [...described.map(({ text }) => text), ...unclear.map((one) => placed(one, file))],
    source,
    [...places, ...unclear.map(({ path: _, ...place }) => place)],
  );
}

/** A value that the stack's own file does not have. */
function fromDefaults(
  text: string,
  { file = "", line, column }: { file?: string; line: number; column: number },
) {
  return `${text} (${basename(file)}:${line}:${column})`;
}

/** With the line, which for a default is in another file than the stack's. */
function placed({ file, line, column, text }: PlacedMistake, stack: CheckedFile | undefined): string {
  const place = file === stack?.path ? `line ${line}` : `${basename(file)}:${line}:${column}`;
  return `${text} (${place})`;
}

/** Like `parseConfig`, for callers that show the mistakes themselves (annotations). */
export function checkRaw(raw: Record<string, unknown>): { config: Config } | { mistakes: Mistake[] } {
  return checkNamespace(configSchema, raw);
}

function checkNamespace<Schema extends z.ZodType>(
  schema: Schema,
  raw: Record<string, unknown>,
): { config: z.infer<Schema> } | { mistakes: Mistake[] } {
  const parsed = schema.safeParse(namespaceOf(raw), { reportInput: true });
  return parsed.success ? { config: parsed.data } : { mistakes: mistakesOf(parsed.error.issues) };
}

/** Every mistake in one error (code `config-invalid`). */
function configInvalid(
  mistakes: readonly string[],
  source: string,
  places: readonly FilePlace[],
): MoorageError {
  const count = mistakes.length === 1 ? "1 mistake" : `${String(mistakes.length)} mistakes`;
  return new MoorageError({
    code: "config-invalid",
    message: `${source} has ${count}:\n${mistakes.map((mistake) => `  - ${mistake}`).join("\n")}`,
    hint: "Correct them and run the command again; docs/configuration.md lists every setting.",
    places,
  });
}

/** `moorage:app` becomes `app`. */
export function namespaceOf(raw: Record<string, unknown>): Record<string, unknown> {
  const own = Object.entries(raw).filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value]));
}
