import type { z } from "zod";
import { type FilePlace, exitCodes, MoorageError } from "../errors.js";
import { type Mistake, describeMistake, mistakesOf } from "./mistakes.js";
import type { StackFile } from "./project.js";
import { type Config, configSchema } from "./schema.js";

const prefix = "moorage:";

/**
 * The `moorage:` namespace of a stack's merged configuration (other namespaces are not looked at), defaults filled.
 * Throws a bad request, code `config-invalid`, whose message lists every mistake with its path.
 * `source` is named in it: `Pulumi.dev.yaml`; with the file at hand the error also says where each mistake stands.
 */
export function parseConfig(
  raw: Record<string, unknown>,
  source: string,
  file?: Pick<StackFile, "path" | "locate">,
): Config {
  return parseNamespace(configSchema, raw, source, file);
}

/** The same by another schema: that of a stack which is no environment. */
export function parseNamespace<Schema extends z.ZodType>(
  schema: Schema,
  raw: Record<string, unknown>,
  source: string,
  file?: Pick<StackFile, "path" | "locate">,
): z.infer<Schema> {
  const checked = checkNamespace(schema, raw);
  if ("config" in checked) return checked.config;
  const described = checked.mistakes.map((mistake) => ({ mistake, text: describeMistake(mistake) }));
  const places = file
    ? described.map(({ mistake, text }) => ({ file: file.path, ...file.locate(mistake), text }))
    : [];
  throw configInvalid(
    described.map(({ text }) => text),
    source,
    places,
  );
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
    fault: "caller",
    exitCode: exitCodes.badRequest,
    places,
  });
}

/** `moorage:app` becomes `app`. */
export function namespaceOf(raw: Record<string, unknown>): Record<string, unknown> {
  const own = Object.entries(raw).filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value]));
}
