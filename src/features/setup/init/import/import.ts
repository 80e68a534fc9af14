import { existsSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { openAws } from "../../../../context/context.js";
import type { Invocation } from "../../../../core/command.js";
import { badRequest } from "../../../../core/errors.js";
import { ecrRegistry, unnamedAccount } from "../../../../core/project/ecr-registry.js";
import type { InitArguments } from "../gather.js";
import { importCompose } from "./compose.js";
import { importCopilot } from "./copilot.js";
import type { Imported } from "./imported.js";
import { importRunning, type NamedService } from "./running.js";

/**
 * What `--import` names: a compose file, Copilot's folder, or a running service (`service:<cluster>/<name>`, or its ARN). Raises
 * `bad-arguments`, `import-unreadable` and `import-unclear` (exit 2).
 */
export async function readImport(
  what: string,
  args: InitArguments,
  invocation: Invocation,
): Promise<Imported> {
  if (what.startsWith("service:")) return readRunning(what.slice("service:".length), args, invocation);
  const path = posix.normalize(what).replace(/(.)\/$/, "$1");
  const full = join(invocation.cwd, path);
  if (!existsSync(full))
    throw badRequest(
      "import-unreadable",
      `--import ${what}: there is no such file or folder.`,
      "Give compose.yaml, copilot/ or service:<cluster>/<name>.",
    );
  if (!statSync(full).isDirectory()) return importCompose(invocation.cwd, path);
  return importCopilot(invocation.cwd, path, args.environments);
}

async function readRunning(text: string, args: InitArguments, invocation: Invocation): Promise<Imported> {
  const { named, site } = serviceNamed(text);
  const [environment, ...more] = args.environments ?? [];
  if (environment === undefined || more.length > 0)
    throw badRequest(
      "answers-missing",
      "Which environment the running service is has to be named: --environments <name>.",
      "Import one environment at a time, as in --environments prod; the others are added by hand, or by another import.",
    );
  const region =
    args.region ?? site?.region ?? (invocation.env["AWS_REGION"] || invocation.env["AWS_DEFAULT_REGION"]);
  if (!region)
    throw badRequest("answers-missing", "The running service's region is required.", "Add --region.");
  const account = site?.account ?? ecrRegistry(args.registry?.[0] ?? "")?.account ?? unnamedAccount;
  const aws = await openAws(invocation, { project: "moorage", site: { account, region } });
  try {
    return await importRunning(aws, named, environment);
  } finally {
    aws.close();
  }
}

function serviceNamed(text: string): { named: NamedService; site?: { account: string; region: string } } {
  const [, region = "", account = "", path] =
    /^arn:[a-z0-9-]+:ecs:([a-z0-9-]+):(\d{12}):service\/(.+)$/.exec(text) ?? [];
  const [cluster = "", name = "", container, ...rest] = (path ?? text).split("/");
  if (cluster === "" || name === "" || rest.length > 0)
    throw badRequest(
      "bad-arguments",
      `--import service:${text}: it names no service.`,
      "Give service:<cluster>/<name>, or service: and its ARN.",
    );
  return { named: { cluster, name, container }, ...(path !== undefined && { site: { account, region } }) };
}
