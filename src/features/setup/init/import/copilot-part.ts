import { serviceNameOf } from "../services.js";
import { copilotHealthcheck, copilotOrder, copilotSidecars, copilotVariables } from "./copilot-containers.js";
import { countOf } from "./copilot-count.js";
import { copilotStart } from "./copilot-schedule.js";
import { copilotRequests } from "./copilot-http.js";
import { type Fields, isMapping } from "./fields.js";
import type { ImportedPart, Settings } from "./imported.js";
import { settle } from "./settle.js";
import { withoutEmpty, wordsOf } from "./words.js";

export interface CopilotPlace {
  kind: "web" | "backend" | "worker" | "job";
  app: string;
  environment: string | undefined;
}

const reasons: Readonly<Record<string, string>> = {
  env_file: "its values are not read: put plain ones in `env`, and secrets in `secrets`, as ARNs",
  taskdef_overrides:
    "changes of the task definition are not carried over: look for the setting on docs/configuration.md",
  publish: "topics are not Moorage's: keep their stack, and let the service's `policies` publish",
  subscribe:
    "queues are not Moorage's: keep their stack, name the queue's URL in `env`, and let the service's `policies` receive",
  observability: "run the collector as a sidecar",
  nlb: "it has a network load balancer, which is not carried over",
};

/** A manifest of a service or job. Source: aws.github.io/copilot-cli, "Manifest". */
export function copilotPart(
  fields: Fields,
  place: CopilotPlace,
): Pick<ImportedPart, "name" | "isBuilt" | "settings"> {
  const { kind } = place;
  fields.take("type");
  const name = serviceNameOf(fields.text("name") ?? "web");
  const image = fields.below("image");
  const source = imageOf(image, fields);
  const port = Number(image.text("port") ?? Number.NaN);
  const common = {
    ...source,
    cpu: fields.take("cpu"),
    memory: fields.take("memory"),
    architecture: architectureOf(fields.take("platform")),
    command: wordsOf(fields.take("command")),
    ...copilotVariables(fields),
    ...storageOf(fields, kind),
    ...loggingOf(fields),
  };
  const settings =
    kind === "job"
      ? { ...common, ...copilotStart(fields) }
      : { ...common, ...serviceOnly(fields, image, name, port, place) };
  if (kind === "job")
    for (const one of ["entrypoint", "sidecars", "network"]) fields.leave(one, "a job has none of its own");
  image.finish();
  for (const [field, why] of Object.entries(reasons)) fields.leave(field, why);
  fields.finish();
  const where = fields.place();
  return {
    name,
    isBuilt: source["image"] === undefined,
    settings: settle(kind === "job" ? "job" : "service", withoutEmpty(settings), where, fields.left),
  };
}

function serviceOnly(
  fields: Fields,
  image: Fields,
  name: string,
  port: number,
  { kind }: CopilotPlace,
): Settings {
  deploymentOf(fields);
  return {
    ...(Number.isNaN(port) ? {} : copilotRequests(fields, { name, port, isPublic: kind === "web" })),
    ...countOf(fields),
    entrypoint: wordsOf(fields.take("entrypoint")),
    exec: fields.take("exec"),
    healthcheck: copilotHealthcheck(image.take("healthcheck")),
    labels: image.take("labels"),
    dependsOn: copilotOrder(image.take("depends_on")),
    sidecars: copilotSidecars(fields),
    ...networkOf(fields),
  };
}

function imageOf(image: Fields, fields: Fields): Settings {
  const location = image.text("location");
  const build = image.take("build");
  image.leave("credentials", "images of other registries are pulled without a login: copy it to ECR");
  if (location !== undefined) return { image: location };
  if (typeof build === "string") {
    const at = build.lastIndexOf("/");
    const context = at < 0 ? "." : build.slice(0, at).replace(/^\.\//, "");
    return { build: { context: context === "" ? "." : context, dockerfile: build.slice(at + 1) } };
  }
  if (!isMapping(build)) {
    fields.say(["image"], "it says neither `build` nor `location`: set `image` or `build`");
    return { build: { context: "." } };
  }
  const own = image.below("build");
  const file = (own.text("dockerfile") ?? "Dockerfile").replace(/^\.\//, "");
  const context = (
    own.text("context") ?? (file.includes("/") ? file.slice(0, file.lastIndexOf("/")) : ".")
  ).replace(/^\.\/(.)/, "$1");
  own.leave("cache_from", "`build.cache: registry` keeps layers");
  // Copilot's file is relative to the workspace, ours to the context.
  const dockerfile =
    context !== "." && file.startsWith(`${context.replace(/\/$/, "")}/`)
      ? file.slice(context.replace(/\/$/, "").length + 1)
      : file;
  const given = withoutEmpty({ context, dockerfile, target: own.text("target"), args: own.take("args") });
  own.finish();
  return { build: given };
}

function architectureOf(platform: unknown): string | undefined {
  const text = isMapping(platform) ? String(platform["architecture"] ?? "") : String(platform ?? "");
  return /arm64|aarch64/i.test(text) ? "ARM64" : undefined;
}

function storageOf(fields: Fields, kind: CopilotPlace["kind"]): Settings {
  const own = fields.below("storage");
  const size = own.take("ephemeral");
  const readOnly = own.take("readonly_fs");
  own.leave("volumes", "file systems (EFS) are not carried over: name them yourself");
  own.finish();
  if (kind === "job" && size !== undefined)
    fields.say(["storage", "ephemeral"], "a job has its service's disk");
  return {
    ...(readOnly === true && { readOnly }),
    ...(kind !== "job" && typeof size === "number" && size > 20 && { ephemeralStorage: size }),
  };
}

function loggingOf(fields: Fields): Settings {
  const own = fields.below("logging");
  const retention = own.take("retention");
  for (const name of [
    "destination",
    "image",
    "configFilePath",
    "configFile",
    "secretOptions",
    "enableMetadata",
    "variables",
    "secrets",
    "env_file",
  ])
    own.leave(name, "lines go to CloudWatch Logs: a log router (FireLens) is not carried over");
  own.finish();
  return { logRetention: retention };
}

function deploymentOf(fields: Fields): void {
  const own = fields.below("deployment");
  if (own.text("rolling") === "recreate")
    own.say(
      ["rolling"],
      "it is a setting of the environment: moorage:deployment: { minimumHealthyPercent: 0, maximumPercent: 100 }",
    );
  own.leave(
    "rollback_alarms",
    "a rollout is judged by its health checks and the smoke test; `moorage:alarms` tells topics",
  );
  own.finish();
}

function networkOf(fields: Fields): Settings {
  const network = fields.below("network");
  const vpc = network.below("vpc");
  const placement = vpc.take("placement");
  if (placement !== undefined)
    vpc.say(["placement"], "it is the foundation's: --subnets names those of the tasks");
  const groups = vpc.take("security_groups");
  const list = isMapping(groups) ? groups["groups"] : groups;
  const named = Array.isArray(list) ? list.filter((one): one is string => typeof one === "string") : [];
  if (Array.isArray(list) && named.length < list.length)
    vpc.say(["security_groups"], "a group that CloudFormation names is not carried over");
  const connect = network.take("connect");
  if (connect !== undefined && connect !== false)
    network.say(["connect"], "who may call it is not known: name them in `connect: { ingress: [...] }`");
  vpc.finish();
  network.finish();
  return { securityGroups: named };
}
