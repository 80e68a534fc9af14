import { dirname, posix, relative, resolve } from "node:path";
import { badRequest } from "../../../../core/errors.js";
import { frontOf, namesApart } from "../services.js";
import { composeServiceOf, type ComposePlace } from "./compose-service.js";
import { withVariableDefaults } from "./compose-values.js";
import { Fields, isMapping } from "./fields.js";
import type { Imported, ImportedPart, Left } from "./imported.js";
import { readSource } from "./source.js";

/** Images that AWS has a service for, or that only development needs; by the last part of their name. */
const elsewhere: readonly { image: RegExp; instead: string }[] = [
  {
    image: /^(postgres|postgis|mysql|mariadb|pgvector|timescaledb)/,
    instead: "use RDS or Aurora",
  },
  { image: /^(redis|valkey|memcached|keydb)/, instead: "use ElastiCache" },
  {
    image: /^(mongo|documentdb)/,
    instead: "use DocumentDB, or MongoDB where it is offered",
  },
  { image: /^(rabbitmq|activemq)/, instead: "use Amazon MQ or SQS" },
  { image: /^(kafka|cp-kafka|zookeeper|redpanda)/, instead: "use MSK" },
  { image: /^(elasticsearch|opensearch)/, instead: "use OpenSearch Service" },
  { image: /^(minio)/, instead: "use S3" },
  {
    image:
      /^(localstack|dynamodb-local|elasticmq|mailhog|mailpit|mailcatcher|maildev|adminer|pgadmin4?|phpmyadmin|selenium)/,
    instead: "it is for development",
  },
];

/** A compose file. Raises `import-unreadable` (exit 2) for what is none. */
export async function importCompose(folder: string, file: string): Promise<Imported> {
  const source = await readSource(resolve(folder, file), file);
  const left: Left[] = [];
  const top = new Fields(source, [], source.content, left);
  const given = top.take("services");
  if (!isMapping(given))
    throw badRequest(
      "import-unreadable",
      `${file} has no \`services\`: it is no compose file.`,
      "Name a compose file.",
    );
  const services = Object.fromEntries(
    Object.entries(given).map(([name, content]) => [name, withVariableDefaults(content)]),
  );
  for (const name of ["version", "name", "services", "x"]) top.take(name);
  for (const name of top.names()) if (name.startsWith("x-")) top.take(name);
  top.leave("volumes", "tasks have their own disks: what has to stay belongs in S3, EFS or a database");
  top.take("networks");
  top.leave("secrets", "secrets are ARNs of Secrets Manager or SSM: name them in `secrets` of the services");
  top.leave("configs", "put it into the image, or into variables");
  top.leave("include", "import each file by itself");
  top.finish();
  const parts: ImportedPart[] = [];
  const callers = callersOf(services);
  const names = namesApart(Object.keys(services));
  const nameOf = (name: string) => names.get(name) ?? name;
  const isPublished = (content: unknown) =>
    isMapping(content) && Array.isArray(content["ports"]) && content["ports"].length > 0;
  const published = Object.entries(services).filter(([, one]) => isPublished(one) && !isElsewhere(one));
  const front = frontOf(published.map(([name]) => name));
  for (const [name, content] of Object.entries(services)) {
    const fields = new Fields(source, ["services", name], content, left);
    const reason = notTaken(fields);
    if (reason !== undefined) {
      fields.say([], reason);
      continue;
    }
    const place: ComposePlace = {
      name: nameOf(name),
      folder,
      base: posix.normalize(relative(folder, dirname(resolve(folder, file))) || "."),
      where: source.at(["services", name]),
      callers: (callers[name] ?? []).map(nameOf),
      isFirst: name === front,
    };
    parts.push(await composeServiceOf(fields, place));
  }
  return {
    services: withKnownCallers(parts),
    jobs: [],
    environments: [],
    answers: answersOf(parts),
    left,
    next: [],
  };
}

/** Whether AWS has a service for it. */
function isElsewhere(content: unknown): boolean {
  const { build, image, profiles } = isMapping(content) ? content : {};
  if (Array.isArray(profiles) && profiles.length > 0) return true;
  return build === undefined && insteadOf(String(image ?? "")) !== undefined;
}

function insteadOf(image: string): string | undefined {
  const base = (image.split("/").at(-1) ?? "").split(/[:@]/)[0] ?? "";
  return elsewhere.find((one) => one.image.test(base))?.instead;
}

/** Why a service is none of AWS's. */
function notTaken(fields: Fields): string | undefined {
  const build = fields.take("build");
  const isBuilt = build !== undefined;
  const image = String(fields.take("image") ?? "");
  const instead = insteadOf(image);
  if (!isBuilt && instead !== undefined)
    return `${image} is not run in ECS: ${instead}, and give the services its address in \`env\` or \`secrets\``;
  const context = isMapping(build) ? build["context"] : build;
  if (typeof context === "string" && isElsewhereBuilt(context))
    return `it is built from ${context}, which is no folder here: build it there, and import it with its \`image\``;
  if (!isBuilt && image.includes("$"))
    return `${image} names a variable that has no default: give it one (\`\${NAME:-value}\`), and import again`;
  if (!isBuilt && image === "") return "it has neither `build` nor `image`";
  const profiles = fields.take("profiles");
  if (Array.isArray(profiles) && profiles.length > 0)
    return `it has a profile (${profiles.map(String).join(", ")}), so it is not part of what always runs: make it a service, or one of moorage:jobs`;
  return undefined;
}

/** Whether a context is a repository or an archive. Source: Compose Build Specification, `context`. */
function isElsewhereBuilt(context: string): boolean {
  return /^([a-z][a-z0-9+.-]*:\/\/|git@|github\.com\/)/.test(context);
}

/** By service, those that name it: in what they depend on, or as a host in their variables. */
function callersOf(services: Record<string, unknown>): Record<string, string[]> {
  const names = Object.keys(services);
  const calls = (content: unknown, name: string) => {
    const { depends_on: on, environment, links } = isMapping(content) ? content : {};
    const listed = Array.isArray(on) ? on : isMapping(on) ? Object.keys(on) : [];
    const values = Array.isArray(environment)
      ? environment
      : isMapping(environment)
        ? Object.values(environment)
        : [];
    const host = new RegExp(`(//|@|=|^)${name.replace(/[^\w-]/g, ".")}(:\\d|/|$)`);
    return (
      listed.includes(name) ||
      (Array.isArray(links) && links.some((one) => String(one).split(":")[0] === name)) ||
      values.some((one) => host.test(String(one)))
    );
  };
  return Object.fromEntries(
    names.map((name) => [name, names.filter((other) => other !== name && calls(services[other], name))]),
  );
}

/** Services that only left ones call have no caller here: they become workers with a port that nobody reaches, so they are public. */
function withKnownCallers(parts: readonly ImportedPart[]): ImportedPart[] {
  const known = new Set(parts.map(({ name }) => name));
  return parts.map((part) => {
    const { connect } = part.settings as { connect?: { ingress?: string[] } };
    if (connect?.ingress === undefined) return part;
    const ingress = connect.ingress.filter((name) => known.has(name) && name !== part.name);
    return {
      ...part,
      settings: { ...part.settings, connect: { ...connect, ingress } },
    };
  });
}

function answersOf(parts: readonly ImportedPart[]): Imported["answers"] {
  const port = parts.map(({ settings }) => settings).find(({ path }) => path === "/*")?.["port"];
  return port === undefined ? {} : { port: String(port) };
}
