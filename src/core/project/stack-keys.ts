import { badRequest } from "../errors.js";
import type { YamlFile } from "./yaml-file.js";

const settingNames = ["secretsprovider", "encryptionsalt", "encryptedkey"];

/** What a stack's file says about its secrets (F32). Raises `config-invalid` for what is no text. */
export function readSettings(file: YamlFile, source: string): Record<string, string> {
  const entries = settingNames.flatMap((name): [string, string][] => {
    const value = file.content[name];
    if (value === undefined || value === null) return [];
    if (typeof value === "string") return [[name, value]];
    throw badRequest("config-invalid", `${source}: \`${name}\` must be text.`, "Put it in quotes.");
  });
  return Object.fromEntries(entries);
}

/**
 * Environments of Pulumi ESC hold configuration that only the engine sees, and Moorage decides by the configuration before
 * the engine runs: so they are refused, never left out in silence. Source: Pulumi, "Stack settings file reference".
 */
export function refuseEnvironments(file: YamlFile, source: string): void {
  const imports = file.content["environment"];
  if (imports === undefined || imports === null) return;
  const { line, column } = file.locate(["environment"]);
  const shown = JSON.stringify(imports);
  throw badRequest(
    "config-invalid",
    `${source}:${line}:${column}: \`environment\` imports from Pulumi ESC, which Moorage does not read: ${shown.slice(0, 200)}`,
    "Write its configuration under `config`, and take its credentials from the run's environment: `esc run <environment> -- moorage ...`.",
  );
}
