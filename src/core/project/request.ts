import { z } from "zod";
import { badRequest, hasCode } from "../errors.js";
import { parseNamespace } from "./parse.js";
import { readProject, readStackFile } from "./project.js";
import { requestShape } from "./request-schema.js";
import { shortName } from "./values.js";

const settingsShape = z.object({ app: shortName.optional(), request: requestShape.partial().optional() });

/** What an app's folder says about how its deployments are requested; none of it is required. */
export interface RequestSettings {
  app: string | undefined;
  request: { repository?: string | undefined; workflow?: string | undefined; ref?: string | undefined };
  region: string | undefined;
  /** Host name of the environment's registry, which contains the account. */
  registry: string | undefined;
}

/**
 * Reads `Pulumi.yaml` and `Pulumi.<environment>.yaml` as far as they are there: an app whose infrastructure is elsewhere
 * has no services and no foundation to configure. Raises `config-invalid` for what is there and wrong.
 */
export async function readRequestSettings(folder: string, environment: string): Promise<RequestSettings> {
  const project = await readProject(folder).catch((error: unknown) => {
    if (hasCode(error, "no-project")) return undefined;
    throw error;
  });
  if (project === undefined) return { app: undefined, request: {}, region: undefined, registry: undefined };
  const file = project.environments.includes(environment)
    ? await readStackFile(project, environment)
    : undefined;
  const raw = file?.config ?? project.defaults;
  const { app, request = {} } = parseNamespace(settingsShape, raw, file?.source ?? "Pulumi.yaml", file);
  return { app, request, region: textOf(raw["aws:region"]), registry: textOf(raw["moorage:registry"]) };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** A value of the command line by the same rule as the configuration's. Raises `bad-arguments`. */
export function checkedOption(option: string, rule: z.ZodType<string>, value: string): string {
  const parsed = rule.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const why = issue?.message ?? "is wrong";
  throw badRequest("bad-arguments", `${option} ${JSON.stringify(value.slice(0, 80))} ${why}.`, "Correct it.");
}
