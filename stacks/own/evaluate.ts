import { realpath } from "node:fs/promises";
import * as pulumi from "@pulumi/pulumi";
import { ownProgramMs, ownProgramName } from "../../src/core/project/own-limits.js";
import { ownProblem, placeIn } from "../../src/core/project/own-program.js";
import { problemText } from "../../src/core/project/problem.js";
import { reservedVariables } from "../../src/core/project/service-checks.js";
import type { Extended, Extension, Stack } from "../../types/index.js";

/**
 * Calls the team's function; what it returns is checked for its shape. Raises `own-program` (exit 2), also where it has not returned
 * in time.
 */
export async function callExtension(
  extension: Extension,
  stack: Stack,
  { folder, timeoutMs = ownProgramMs }: { folder: string; timeoutMs?: number },
): Promise<Extended> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooLate(timeoutMs)), timeoutMs);
  });
  try {
    const returned: unknown = await Promise.race([(async () => extension(stack))(), late]);
    return shapeOf(returned);
  } catch (error) {
    throw failure(await realpath(folder), error);
  } finally {
    clearTimeout(timer);
  }
}

function tooLate(timeoutMs: number): Error {
  return ownProblem(
    ownProgramName,
    `its function has not returned within ${timeoutMs / 1_000} s.`,
    "Look at its awaits: what a resource tells is an output, which is not awaited but handed on (`queue.url`).",
  );
}

function failure(folder: string, error: unknown): Error {
  if (problemText(error) !== undefined) return error as Error;
  const where = placeIn(folder, error) ?? ownProgramName;
  const message = error instanceof Error ? error.message : String(error);
  return ownProblem(where, message, "Fix what the message names.", error);
}

const parts = ["env", "secrets", "statements"];

function shapeOf(returned: unknown): Extended {
  if (returned === undefined || returned === null) return {};
  const refuse = (what: string) =>
    ownProblem(ownProgramName, what, "docs/own-resources.md lists what the function may return.");
  if (typeof returned !== "object" || Array.isArray(returned) || pulumi.Output.isInstance(returned))
    throw refuse("its function returned no plain object.");
  checkGiven(returned as Record<string, unknown>, "", ["services"], refuse);
  const { services = {} } = returned as { services?: unknown };
  if (!isMapping(services)) throw refuse("`services` must be an object, by the services' names.");
  for (const [name, given] of Object.entries(services)) {
    if (!isMapping(given)) throw refuse(`services.${name} must be an object.`);
    checkGiven(given, `services.${name}.`, [], refuse);
  }
  return returned as Extended;
}

function checkGiven(
  given: Record<string, unknown>,
  path: string,
  more: readonly string[],
  refuse: (what: string) => Error,
): void {
  for (const [key, value] of Object.entries(given)) {
    if (![...parts, ...more].includes(key))
      throw refuse(`it returned \`${path}${key}\`, which is not known.`);
    if (key === "statements" ? !Array.isArray(value) : !isMapping(value))
      throw refuse(`\`${path}${key}\` must be ${key === "statements" ? "a list" : "an object"}.`);
    if (key === "env" || key === "secrets")
      checkNames(value as Record<string, unknown>, `${path}${key}`, refuse);
    if (key === "statements") checkStatements(value as unknown[], `${path}${key}`, refuse);
  }
}

function checkNames(values: Record<string, unknown>, path: string, refuse: (what: string) => Error): void {
  for (const [name, value] of Object.entries(values)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw refuse(`\`${path}.${name}\` is no variable's name.`);
    if (reservedVariables.includes(name)) throw refuse(`\`${path}.${name}\` is Moorage's own.`);
    if (!isText(value)) throw refuse(`\`${path}.${name}\` must be a text, or an output that becomes one.`);
  }
}

function checkStatements(
  statements: readonly unknown[],
  path: string,
  refuse: (what: string) => Error,
): void {
  for (const [index, statement] of statements.entries()) {
    const at = `${path}[${index}]`;
    if (!isMapping(statement)) throw refuse(`\`${at}\` must be an object.`);
    const unknown = Object.keys(statement).find((key) => !["Action", "Resource", "Condition"].includes(key));
    if (unknown !== undefined)
      throw refuse(
        `\`${at}.${unknown}\` is not known: statements allow, and have Action, Resource and Condition.`,
      );
    const actions = [statement["Action"]].flat();
    const isAction = (one: unknown) => typeof one === "string" && /^[a-z0-9-]+:[A-Za-z0-9*?]+$/.test(one);
    if (actions.length === 0 || !actions.every(isAction))
      throw refuse(`\`${at}.Action\` must be actions such as "sqs:SendMessage".`);
    const resources = [statement["Resource"]].flat();
    if (resources.length === 0 || !resources.every(isText))
      throw refuse(`\`${at}.Resource\` must be ARNs, or outputs that become ARNs.`);
  }
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && !pulumi.Output.isInstance(value)
  );
}

function isText(value: unknown): boolean {
  return typeof value === "string" || pulumi.Output.isInstance(value) || value instanceof Promise;
}
