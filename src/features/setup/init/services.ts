import { readFile, stat } from "node:fs/promises";
import { join, posix } from "node:path";
import { parseDocument } from "yaml";
import { z } from "zod";
import { type DockerfileFacts, hasOwnUser, readDockerfile } from "./dockerfile.js";

/** A service that is written into the environments' files. */
export interface FoundService {
  name: string;
  /** Relative to the app's folder. */
  context: string;
  dockerfile: string;
  target: string | undefined;
  /** Of its build. */
  args?: Readonly<Record<string, string>> | undefined;
  /** Of the container; undefined for a worker. */
  port: string | undefined;
  /** Whether its image says whom it runs as. */
  hasUser: boolean;
}

export interface FoundServices {
  services: FoundService[];
  /** What could not be carried over, for people. */
  notes: string[];
}

/** Source: Compose specification, "Compose file": the first of these counts. */
const composeFiles = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];

const port = z.union([z.string(), z.number(), z.looseObject({ target: z.union([z.string(), z.number()]) })]);
const build = z.union([
  z.string(),
  z.looseObject({
    context: z.string().default("."),
    dockerfile: z.string().optional(),
    target: z.string().optional(),
    args: z
      .union([
        z.array(z.string()),
        z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
      ])
      .optional(),
  }),
]);
const composeShape = z.looseObject({
  services: z.record(
    z.string(),
    z.looseObject({
      build: build.optional(),
      profiles: z.array(z.string()).default([]),
      ports: z.array(port).default([]),
      expose: z.array(z.union([z.string(), z.number()])).default([]),
    }),
  ),
});

type ComposeService = z.infer<typeof composeShape>["services"][string];

/**
 * The services of a compose file that are built here; nothing where there is none, or where it is no compose file: it belongs
 * to the app, and is no reason to fail.
 */
export async function composeServices(folder: string): Promise<FoundServices> {
  for (const file of composeFiles) {
    const text = await textOf(join(folder, file));
    if (text === undefined) continue;
    const parsed = composeShape.safeParse(composeIn(text));
    if (parsed.success) return readServices(folder, file, parsed.data.services);
  }
  return { services: [], notes: [] };
}

/** Its anchors and merges resolved (`<<: *app`); undefined for what is no YAML, or names an anchor that is not there. */
function composeIn(text: string): unknown {
  try {
    return parseDocument(text, { logLevel: "silent", merge: true }).toJS();
  } catch {
    return undefined;
  }
}

async function readServices(
  folder: string,
  file: string,
  all: Readonly<Record<string, ComposeService>>,
): Promise<FoundServices> {
  const isOptional = ({ profiles }: ComposeService) => profiles.length > 0;
  const aside = Object.keys(all).filter((name) => all[name] !== undefined && isOptional(all[name]));
  const built = Object.entries(all).filter(([, one]) => one.build !== undefined && !isOptional(one));
  const others = Object.keys(all).filter(
    (name) => !built.some(([one]) => one === name) && !aside.includes(name),
  );
  const found = await Promise.all(built.map(([name, one]) => serviceOf(folder, name, one)));
  const unpublished = found.filter(({ service, isPublished }) => service.port !== undefined && !isPublished);
  // Where nothing is published, the only one that listens is what people ask.
  const isOnly = unpublished.length === 1 && !found.some(({ isPublished }) => isPublished);
  const hidden = isOnly ? [] : unpublished;
  const services = found.filter((one) => !hidden.includes(one)).map(({ service }) => service);
  const notes = [
    ...(services.length > 0
      ? [
          `Environment variables, volumes and commands of ${file} were not carried over: set them in moorage:services`,
        ]
      : []),
    ...(aside.length > 0
      ? [
          `${aside.join(", ")} of ${file} ${aside.length === 1 ? "has a profile, so it was" : "have profiles, so they were"} not carried over`,
        ]
      : []),
    ...found.flatMap(({ service: { name }, unclear }) =>
      unclear.length === 0
        ? []
        : [
            `Build arguments of ${name} without a plain value were not carried over: set ${unclear.join(", ")} as \`build: { args: ... }\``,
          ],
    ),
    ...(others.length > 0
      ? [
          `${others.join(", ")} of ${file} ${others.length === 1 ? "is" : "are"} not built here: use what AWS has for it`,
        ]
      : []),
    ...hidden.map(
      ({ service: { name } }) =>
        `${name} of ${file} publishes no port: give it a path in moorage:services if the load balancer is to reach it`,
    ),
  ];
  return { services, notes };
}

async function serviceOf(folder: string, name: string, { build: own, ports, expose }: ComposeService) {
  const {
    context,
    dockerfile = "Dockerfile",
    target,
    args: given,
  } = typeof own === "string" ? { context: own } : (own ?? { context: "." });
  const { args, unclear } = argsOf(given);
  const place = posix.normalize(context).replace(/(.)\/$/, "$1");
  const text = await textOf(join(folder, place, dockerfile));
  const facts = text === undefined ? undefined : readDockerfile(text);
  const [published] = ports.map(containerPort);
  const [exposed] = expose.map((one) => containerPort(one));
  const service: FoundService = {
    name: serviceNameOf(name),
    context: place,
    dockerfile,
    target,
    ...(Object.keys(args).length > 0 && { args }),
    port: published ?? exposed ?? facts?.exposed,
    hasUser: facts !== undefined && hasOwnUser(facts),
  };
  return { service, isPublished: published !== undefined, unclear };
}

/** Those with a plain value; `A` alone and `${A}` are the environment's. */
function argsOf(given: readonly string[] | Readonly<Record<string, unknown>> = {}) {
  const entries = Array.isArray(given)
    ? given.map((one: string): [string, unknown] => {
        const at = one.indexOf("=");
        return at < 0 ? [one, null] : [one.slice(0, at), one.slice(at + 1)];
      })
    : Object.entries(given);
  const isPlain = ([, value]: [string, unknown]) => value !== null && !String(value).includes("$");
  const args = Object.fromEntries(entries.filter(isPlain).map(([name, value]) => [name, String(value)]));
  return { args, unclear: entries.filter((entry) => !isPlain(entry)).map(([name]) => name) };
}

/** `8080`, `80:8080`, `127.0.0.1:80:8080/tcp`, `{ target: 8080 }`. */
function containerPort(given: z.infer<typeof port>): string | undefined {
  // `${PORT:-8080}`: its default. Source: Compose specification, "Interpolation".
  const text = String(typeof given === "object" ? given.target : given).replaceAll(
    /\$\{\w+:?-([^}]*)\}/g,
    "$1",
  );
  return /([0-9]{1,5})(?:-[0-9]+)?(?:\/tcp)?$/.exec(text)?.[1];
}

/** A service's name of any other. */
export function serviceNameOf(name: string): string {
  return (
    name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, "-")
      .replace(/^[^a-z]+/, "")
      .slice(0, longestName)
      .replace(/-+$/, "") || "web"
  );
}

const longestName = 20;

/** Names that become the same when they are shortened are told apart by a number: `web`, `web-2`. */
function apart(services: readonly FoundService[]): FoundService[] {
  const taken = new Set<string>();
  return services.map((service) => {
    let name = service.name;
    for (let number = 2; taken.has(name); number++) {
      const tail = `-${number}`;
      name = `${service.name.slice(0, longestName - tail.length).replace(/-+$/, "")}${tail}`;
    }
    taken.add(name);
    return { ...service, name };
  });
}

const usuallyFirst = ["web", "frontend", "nginx", "proxy", "gateway", "www", "app", "site"];

/** Of the names of services with a port, the one that gets what no other one gets. */
export function frontOf(names: readonly string[]): string | undefined {
  return usuallyFirst.find((usual) => names.includes(usual)) ?? names[0];
}

/** Names that services have here, by their own; two that become the same are told apart by a number. */
export function namesApart(names: readonly string[]): Map<string, string> {
  const found = apart(names.map((name) => ({ ...onlyService(undefined), name: serviceNameOf(name) })));
  return new Map(names.map((name, at) => [name, found[at]?.name ?? serviceNameOf(name)]));
}

/** The one that gets what no other one gets, first; only those with a port can be. */
export function firstOfServices(services: readonly FoundService[]): FoundService[] {
  const withPort = services.filter(({ port: own }) => own !== undefined);
  const front = frontOf(withPort.map(({ name }) => name));
  const first = withPort.find(({ name }) => name === front);
  return apart(first === undefined ? services : [first, ...services.filter((one) => one !== first)]);
}

/** The one service of an app with a Dockerfile, or with none yet. */
export function onlyService(facts: DockerfileFacts | undefined): FoundService {
  return {
    name: "web",
    context: ".",
    dockerfile: "Dockerfile",
    target: undefined,
    port: facts?.exposed,
    hasUser: facts !== undefined && hasOwnUser(facts),
  };
}

/** Nothing for what is no file: a pipe would be waited for without end. */
async function textOf(file: string): Promise<string | undefined> {
  const isFile = await stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
  return isFile ? readFile(file, "utf8").catch(() => undefined) : undefined;
}
