import { readFile } from "node:fs/promises";
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
  }),
]);
const composeShape = z.looseObject({
  services: z.record(
    z.string(),
    z.looseObject({
      build: build.optional(),
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
    const parsed = composeShape.safeParse(parseDocument(text, { logLevel: "silent" }).toJS() as unknown);
    if (parsed.success) return readServices(folder, file, parsed.data.services);
  }
  return { services: [], notes: [] };
}

async function readServices(
  folder: string,
  file: string,
  all: Readonly<Record<string, ComposeService>>,
): Promise<FoundServices> {
  const built = Object.entries(all).filter(([, { build: own }]) => own !== undefined);
  const others = Object.keys(all).filter((name) => !built.some(([one]) => one === name));
  const found = await Promise.all(built.map(([name, one]) => serviceOf(folder, name, one)));
  const hidden = found.filter(({ service, isPublished }) => service.port !== undefined && !isPublished);
  const services = found.filter((one) => !hidden.includes(one)).map(({ service }) => service);
  const notes = [
    ...(services.length > 0
      ? [
          `Environment variables, volumes and commands of ${file} were not carried over: set them in moorage:services`,
        ]
      : []),
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
  } = typeof own === "string" ? { context: own } : (own ?? { context: "." });
  const place = posix.normalize(context).replace(/(.)\/$/, "$1");
  const text = await textOf(join(folder, place, dockerfile));
  const facts = text === undefined ? undefined : readDockerfile(text);
  const [published] = ports.map(containerPort);
  const [exposed] = expose.map((one) => containerPort(one));
  const service: FoundService = {
    name: nameOf(name),
    context: place,
    dockerfile,
    target,
    port: published ?? exposed ?? facts?.exposed,
    hasUser: facts !== undefined && hasOwnUser(facts),
  };
  return { service, isPublished: published !== undefined };
}

/** `8080`, `80:8080`, `127.0.0.1:80:8080/tcp`, `{ target: 8080 }`. */
function containerPort(given: z.infer<typeof port>): string | undefined {
  const text = String(typeof given === "object" ? given.target : given);
  return /([0-9]{1,5})(?:-[0-9]+)?(?:\/tcp)?$/.exec(text)?.[1];
}

function nameOf(name: string): string {
  return (
    name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, "-")
      .replaceAll(/^[^a-z]+|-+$/g, "")
      .slice(0, 20) || "web"
  );
}

const usuallyFirst = ["web", "frontend", "nginx", "proxy", "gateway", "www", "app", "site"];

/** The one that gets what no other one gets, first; only those with a port can be. */
export function firstOfServices(services: readonly FoundService[]): FoundService[] {
  const withPort = services.filter(({ port: own }) => own !== undefined);
  const first =
    usuallyFirst
      .map((usual) => withPort.find(({ name }) => name === usual))
      .find((one) => one !== undefined) ?? withPort[0];
  return first === undefined ? [...services] : [first, ...services.filter((one) => one !== first)];
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

async function textOf(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch(() => undefined);
}
