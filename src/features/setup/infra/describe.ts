import colours from "picocolors";
import { changesOf } from "../../deploy/describe.js";
import type { Bootstrapped } from "./bootstrap.js";
import type { InfraDestroyResult } from "./destroy.js";
import type { InfraUpResult } from "./up.js";

/** The result of `infra up` for people: what was done, and what other stacks and people need to know of it. */
export function describeUp({ stack, result, changes, outputs, durationMs }: InfraUpResult): string {
  const told = Object.entries(outputs).map(([name, value]) => `  ${name}: ${shown(value)}`);
  const counts = `  ${changesOf(changes)} in ${seconds(durationMs)}`;
  return `${[`${colours.bold(stack)} ${result}`, ...told, counts].join("\n")}\n`;
}

export function describeDestroy({ stack, result, deleted, durationMs }: InfraDestroyResult): string {
  if (result === "absent") return `${stack} does not exist: nothing to destroy\n`;
  return `${stack} destroyed: ${deleted} resources in ${seconds(durationMs)}\n`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

function shown(value: unknown): string {
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value.join(", ");
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What was made, and the two settings that lead to it. */
export function describeBootstrap({
  backendUrl,
  secretsProvider,
  created,
  accounts,
  key,
}: Bootstrapped): string {
  const made = created.length === 0 ? "everything existed already" : `made ${created.join(" and ")}`;
  return `${colours.bold(backendUrl)} is ready: ${made}.

Pulumi.yaml, or the variable PULUMI_BACKEND_URL:
  backend:
    url: ${backendUrl}

Each Pulumi.<stack>.yaml, before its stack is first deployed:
  secretsprovider: ${secretsProvider}&context_stack=<project>/<stack>
${accounts.length === 0 ? "" : `\nRoles of this app in ${accounts.join(" and ")} may use it. In the foundations there:\n  moorage:state: { bucket: ${new URL(backendUrl).host}, key: ${key}, existing: true }\n`}`;
}
