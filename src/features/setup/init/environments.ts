import { parseEnvironment } from "../../../core/project/stack.js";
import { badRequest } from "../../../core/errors.js";
import type { Answers } from "./answers.js";

/**
 * The environments of `--environments`, each with its registry of `--registry`: one host for all of them, or
 * `prod=<host>` for one. Raises bad requests for names that are none, or named twice, or not at all.
 */
export function environmentsWith(
  names: readonly string[],
  registries: readonly string[],
): Answers["environments"] {
  const environments = names.map((name) => parseEnvironment(name));
  const twice = environments.find((name, index) => environments.indexOf(name) !== index);
  if (twice !== undefined) throw wrong(`--environments names ${twice} twice.`);
  const own = new Map(registries.filter((one) => one.includes("=")).map((one) => splitOnce(one)));
  const stranger = [...own.keys()].find((name) => !environments.includes(name));
  if (stranger !== undefined)
    throw wrong(`--registry is for ${stranger}, which is not among --environments.`);
  const common = registries.filter((one) => !one.includes("="));
  if (common.length > 1) throw wrong("--registry names more than one host for all environments.");
  return environments.map((name) => ({ name, registry: own.get(name) ?? common[0] ?? "" }));
}

function splitOnce(text: string): [name: string, host: string] {
  const at = text.indexOf("=");
  return [text.slice(0, at), text.slice(at + 1)];
}

function wrong(message: string): Error {
  return badRequest(
    "bad-arguments",
    message,
    "Name each environment once; --registry takes HOST or ENV=HOST.",
  );
}
