import { readdir, readFile } from "node:fs/promises";
import { join, posix, resolve } from "node:path";
import { parse } from "yaml";
import { badRequest } from "../../../../core/errors.js";
import { serviceNameOf } from "../services.js";
import { type CopilotPlace, copilotPart } from "./copilot-part.js";
import { Fields, isMapping } from "./fields.js";
import type { Imported, ImportedPart, Left } from "./imported.js";
import { type Path, readSource, type Source } from "./source.js";

const kinds = {
  "Load Balanced Web Service": "web",
  "Backend Service": "backend",
  "Worker Service": "worker",
  "Scheduled Job": "job",
} as const;

interface Manifest {
  source: Source;
  folder: string;
  kind: (typeof kinds)[keyof typeof kinds];
  content: Record<string, unknown>;
}

/** The order in which environments are usually promoted to; others have to be named. */
const usualOrder = [
  "dev",
  "development",
  "test",
  "testing",
  "qa",
  "uat",
  "staging",
  "stage",
  "preprod",
  "prod",
  "production",
];

/** A workspace of AWS Copilot: `copilot/`, with a manifest for each service, job and environment. Raises `import-unreadable` (exit 2). */
export async function importCopilot(
  top: string,
  folder: string,
  named: readonly string[] | undefined,
): Promise<Imported> {
  const left: Left[] = [];
  const place = resolve(top, folder);
  const names = await foldersIn(place, folder);
  const manifests = (
    await Promise.all(names.map((name) => manifestIn(top, posix.join(folder, name), left)))
  ).flatMap((one) => one ?? []);
  if (manifests.length === 0)
    throw badRequest(
      "import-unreadable",
      `${folder} has no manifests of services or jobs.`,
      "Name Copilot's folder: copilot/.",
    );
  const app = await applicationIn(place);
  const environments =
    named ?? environmentsOf(manifests, await foldersIn(join(place, "environments"), folder).catch(() => []));
  for (const name of await foldersIn(join(place, "environments"), folder).catch(() => []))
    left.push({
      where: posix.join(folder, "environments", name, "manifest.yml"),
      what: name,
      why: "its network, load balancer and certificates stay Copilot's: name them with --cluster, --listener and --subnets",
    });
  const parts = manifests.map((manifest) =>
    partOf(manifest, { app: app ?? "app", environments, left, base: folder }),
  );
  const web = parts.find(({ part, kind }) => kind !== "job" && part.settings["path"] !== undefined)?.part
    .settings;
  return {
    services: parts.flatMap(({ part, kind }) => (kind === "job" ? [] : [part])),
    jobs: parts.flatMap(({ part, kind }) => (kind === "job" ? [part] : [])),
    environments: [...environments],
    answers: {
      ...(app !== undefined && { app: serviceNameOf(app) }),
      ...(web?.["port"] !== undefined && { port: String(web["port"]) }),
    },
    left: distinct(left),
    next: [
      "Copilot's environment stays as it is; docs/from-copilot.md says how its services are taken over without a failed request",
    ],
  };
}

async function foldersIn(place: string, told: string): Promise<string[]> {
  try {
    const entries = await readdir(place, { withFileTypes: true });
    return entries
      .filter((one) => one.isDirectory() && !one.name.startsWith("."))
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    throw badRequest(
      "import-unreadable",
      `${told} cannot be imported: ${(error as Error).message}`,
      "Name Copilot's folder: copilot/.",
      error,
    );
  }
}

async function applicationIn(place: string): Promise<string | undefined> {
  const text = await readFile(join(place, ".workspace"), "utf8").catch(() => "");
  const content: unknown = text === "" ? undefined : parse(text);
  const name = isMapping(content) ? content["application"] : undefined;
  return typeof name === "string" ? name : undefined;
}

async function manifestIn(top: string, folder: string, left: Left[]): Promise<Manifest | undefined> {
  const file = posix.join(folder, "manifest.yml");
  const entries = await readdir(join(top, folder));
  if (entries.includes("addons"))
    left.push({
      where: posix.join(folder, "addons"),
      what: "addons",
      why: "they are CloudFormation: keep their stack, and name what it gives as values and ARNs",
    });
  if (entries.includes("overrides"))
    left.push({
      where: posix.join(folder, "overrides"),
      what: "overrides",
      why: "what they change in Copilot's templates is not carried over",
    });
  if (!entries.includes("manifest.yml")) return undefined;
  const source = await readSource(join(top, file), file);
  const content = isMapping(source.content) ? source.content : {};
  const type = String(content["type"] ?? "");
  const kind = kinds[type as keyof typeof kinds] as Manifest["kind"] | undefined;
  if (kind === undefined) {
    left.push({
      where: source.at(["type"]),
      what: "type",
      why: `${type || "it has no type, so it"} has no equivalent: leave it where it is`,
    });
    return undefined;
  }
  return { source, folder, kind, content };
}

function environmentsOf(manifests: readonly Manifest[], folders: readonly string[]): string[] {
  const named = manifests.flatMap(({ content }) =>
    isMapping(content["environments"]) ? Object.keys(content["environments"]) : [],
  );
  const all = [...new Set([...folders, ...named])];
  const unknown = all.filter((name) => !usualOrder.includes(name));
  if (unknown.length > 0 && all.length > 1)
    throw badRequest(
      "answers-missing",
      `The order of promotion of Copilot's environments is not known: ${all.sort().join(", ")}.`,
      "Name them in order: --environments test prod.",
    );
  return all.sort((a, b) => usualOrder.indexOf(a) - usualOrder.indexOf(b));
}

interface Around {
  app: string;
  environments: readonly string[];
  left: Left[];
  base: string;
}

function partOf(
  { source, kind, content }: Manifest,
  around: Around,
): { part: ImportedPart; kind: Manifest["kind"] } {
  const { environments: overrides, ...base } = content;
  const own = isMapping(overrides) ? overrides : {};
  const at = (
    environment: string | undefined,
  ): { settings: ImportedPart["settings"]; isBuilt: boolean; name: string } => {
    const values = environment === undefined ? undefined : own[environment];
    const merged = isMapping(values) ? mergedOver(base, values) : base;
    const place: CopilotPlace = { kind, app: around.app, environment };
    const seen: Source = { ...source, at: (path) => placeOf(source, own, environment, path) };
    return copilotPart(new Fields(seen, [], substituted(merged, around.app), around.left), place);
  };
  const usual = at(undefined);
  for (const name of Object.keys(own))
    if (around.environments.length > 0 && !around.environments.includes(name))
      around.left.push({
        where: source.at(["environments", name]),
        what: `environments.${name}`,
        why: "it is not among --environments",
      });
  const inEach = around.environments.map((name) => [name, at(name).settings] as const);
  return { part: { ...usual, own: Object.fromEntries(inEach) }, kind };
}

/** Where a field of an environment's own stands, else where the common one does. */
function placeOf(
  source: Source,
  own: Record<string, unknown>,
  environment: string | undefined,
  path: Path,
): string {
  if (environment === undefined) return source.at(path);
  let found: unknown = own[environment];
  for (const part of path) found = isMapping(found) ? found[part] : undefined;
  return source.at(found === undefined ? path : ["environments", environment, ...path]);
}

/** Source: Copilot, "environments": maps are merged, everything else is replaced. */
function mergedOver(base: Record<string, unknown>, own: Record<string, unknown>): Record<string, unknown> {
  const merged = { ...base };
  for (const [key, value] of Object.entries(own)) {
    const before = merged[key];
    merged[key] = isMapping(before) && isMapping(value) ? mergedOver(before, value) : value;
  }
  return merged;
}

/** `${COPILOT_ENVIRONMENT_NAME}` becomes the environment's name where it is written. */
function substituted(value: unknown, app: string): unknown {
  if (typeof value === "string")
    return value
      .replaceAll("${COPILOT_ENVIRONMENT_NAME}", "<environment>")
      .replaceAll("${COPILOT_APPLICATION_NAME}", app);
  if (Array.isArray(value)) return value.map((one) => substituted(one, app));
  if (!isMapping(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, substituted(one, app)]));
}

function distinct(left: readonly Left[]): Left[] {
  return [...new Map(left.map((one) => [`${one.where} ${one.what} ${one.why}`, one])).values()];
}
