import { capacityKind } from "../../../../core/project/capacity.js";
import { builtFrom, composeBuildOf } from "./compose-build.js";
import { interpolated, variablePairs } from "./compose-values.js";
import { type Fields, isMapping } from "./fields.js";
import type { ImportedPart, Settings } from "./imported.js";
import { settle } from "./settle.js";
import { isSecretLike, mebibytes, secondsIn, sizeFor, withoutEmpty, wordsOf } from "./words.js";

export interface ComposePlace {
  name: string;
  /** The app's. */
  folder: string;
  /** Where the file is in it. */
  base: string;
  where: string;
  /** Services that name this one. */
  callers: string[];
  /** Whether no service before it gets requests. */
  isFirst: boolean;
}

/** Said by what ECS does with every service. */
const meantAnyway = [
  "restart",
  "networks",
  "network_mode",
  "container_name",
  "hostname",
  "stdin_open",
  "tty",
  "pull_policy",
  "attach",
];

const reasons: Readonly<Record<string, string>> = {
  volumes:
    "tasks have their own disks: what has to stay belongs in S3, EFS or a database, and code in the image",
  env_file: "its values are not read: put plain ones in `env`, and secrets in `secrets`, as ARNs",
  secrets: "name the ARNs of Secrets Manager or SSM in `secrets`",
  configs: "put it into the image, or into variables",
  extends: "what it extends is not read: copy it here, and import again",
  logging: "lines go to CloudWatch Logs",
  tmpfs: "a writable root needs none; with `readOnly: true`, /tmp is writable",
  develop: "it is for development",
  extra_hosts: "name the hosts in DNS",
  dns: "the VPC's DNS answers",
  links: "with `connect`, services find each other by name",
  shm_size: "Fargate has no setting for it",
  privileged: "Fargate has no privileged containers",
  devices: "Fargate has no devices",
  working_dir: "say it in the Dockerfile: WORKDIR",
};

/** One service of a compose file. Source: Compose specification, "Services top-level elements". */
export async function composeServiceOf(fields: Fields, place: ComposePlace): Promise<ImportedPart> {
  const build = composeBuildOf(fields, place.base);
  const facts = build && (await builtFrom(place.folder, build));
  const image = build === undefined ? fields.text("image") : undefined;
  if (build !== undefined) fields.take("image");
  fields.take("profiles");
  const settings = withoutEmpty({
    ...(image !== undefined && { image }),
    ...(build !== undefined && { build: withoutEmpty({ ...build }) }),
    ...requestsOf(fields, place, facts?.exposed),
    ...sizeOf(fields),
    command: wordsOf(fields.take("command")),
    entrypoint: wordsOf(fields.take("entrypoint")),
    env: environmentOf(fields),
    healthcheck: healthcheckOf(fields),
    user: fields.text("user"),
    readOnly: fields.take("read_only"),
    init: fields.take("init"),
    stopTimeout: stopTimeoutOf(fields),
    architecture: architectureOf(fields),
    capabilities: capabilitiesOf(fields),
    labels: labelsOf(fields),
    ulimits: ulimitsOf(fields),
  });
  dependenciesOf(fields);
  for (const name of meantAnyway) fields.take(name);
  for (const [name, why] of Object.entries(reasons)) fields.leave(name, why);
  fields.finish();
  const settled = settle("service", settings, place.where, fields.left);
  return { name: place.name, isBuilt: image === undefined, settings: settled, own: {} };
}

/** Published: the load balancer's. Not published, and called by others: by them alone. Else a worker. */
function requestsOf(
  fields: Fields,
  { name, callers, isFirst }: ComposePlace,
  exposed: string | undefined,
): Settings {
  const ports = listOf(fields.take("ports"));
  const [first, ...more] = ports.map(portOf);
  const inner = listOf(fields.take("expose")).map(portOf)[0] ?? exposed;
  if (first !== undefined) {
    if (more.length > 0)
      fields.say(["ports"], `a service has one port for requests, ${first}: the others are not reached`);
    const path = isFirst ? "/*" : [`/${name}`, `/${name}/*`];
    return { port: Number(first), path };
  }
  if (ports.length > 0) fields.say(["ports"], "its port is not known: set `port`");
  if (inner === undefined || callers.length === 0) return {};
  return { kind: "internal", port: Number(inner), connect: { ingress: callers } };
}

/** `8080`, `80:8080`, `127.0.0.1:80:8080/tcp`, `{ target: 8080 }`. */
function portOf(given: unknown): string | undefined {
  const text = interpolated(isMapping(given) ? given["target"] : given);
  return /([0-9]{1,5})(?:-[0-9]+)?(?:\/tcp)?$/.exec(text ?? "")?.[1];
}

function sizeOf(fields: Fields): Settings {
  const deploy = fields.below("deploy");
  const limits = deploy.below("resources").below("limits");
  const [cpus, memory] = [
    limits.text("cpus") ?? fields.text("cpus"),
    limits.text("memory") ?? fields.text("mem_limit"),
  ];
  const replicas = Number(deploy.text("replicas") ?? fields.text("scale") ?? Number.NaN);
  for (const name of ["resources", "mode", "restart_policy", "labels", "endpoint_mode"]) deploy.take(name);
  deploy.leave("placement", "Fargate places tasks in the zones of `subnets`");
  deploy.leave("update_config", "see moorage:deployment");
  deploy.leave("rollback_config", "Moorage rolls back automatically");
  deploy.finish();
  const size = sizeFor(Math.ceil(Number(cpus ?? 0.25) * 1024), mebibytes(memory) ?? 512);
  return { ...size, ...(Number.isInteger(replicas) && { desiredCount: replicas }) };
}

function environmentOf(fields: Fields): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of variablePairs(fields.take("environment"))) {
    const text = value === undefined ? undefined : interpolated(value);
    if (["PORT", "MOORAGE_STACK", "MOORAGE_IMAGE_TAG"].includes(name))
      fields.say(["environment", name], "Moorage sets it itself: the port is `port`");
    else if (isSecretLike(name, text ?? ""))
      fields.say(["environment", name], "it looks like a secret: name its ARN in `secrets`");
    else if (text === undefined)
      fields.say(
        ["environment", name],
        "it has no value of its own: set it in `env`, or as an ARN in `secrets`",
      );
    else env[name] = text;
  }
  return env;
}

function healthcheckOf(fields: Fields): Settings | undefined {
  const own = fields.below("healthcheck");
  const test = own.take("test");
  if (own.take("disable") === true || test === "NONE" || (Array.isArray(test) && test[0] === "NONE"))
    return undefined;
  const atLeast = (name: string, least: number) => {
    const value = secondsIn(own.take(name));
    return value === undefined ? undefined : Math.max(least, value);
  };
  const check = withoutEmpty({
    command: Array.isArray(test) ? test.map(String) : test,
    interval: atLeast("interval", 5),
    timeout: atLeast("timeout", 2),
    retries: own.take("retries"),
    startPeriod: atLeast("start_period", 0),
  });
  own.leave("start_interval", "ECS has no setting for it");
  own.finish();
  return test === undefined ? undefined : check;
}

function stopTimeoutOf(fields: Fields): number | undefined {
  const seconds = secondsIn(fields.take("stop_grace_period"));
  if (fields.text("stop_signal") !== undefined)
    fields.say(["stop_signal"], "say it in the Dockerfile: STOPSIGNAL");
  return seconds === undefined ? undefined : Math.min(capacityKind.longestStopTimeout, Math.max(2, seconds));
}

function architectureOf(fields: Fields): string | undefined {
  return /arm64|aarch64/.test(fields.text("platform") ?? "") ? "ARM64" : undefined;
}

function capabilitiesOf(fields: Fields): Settings {
  const [add, drop] = [
    listOf(fields.take("cap_add")).map(String),
    listOf(fields.take("cap_drop")).map(String),
  ];
  const refused = add.filter((name) => name !== "SYS_PTRACE");
  if (refused.length > 0) fields.say(["cap_add"], `Fargate cannot add ${refused.join(", ")}`);
  return withoutEmpty({ add: add.filter((name) => name === "SYS_PTRACE"), drop });
}

function labelsOf(fields: Fields): Record<string, string> {
  const labels = variablePairs(fields.take("labels")).map(([name, value]): [string, string] => [
    name,
    value ?? "",
  ]);
  const isForeign = ([name]: [string, string]) => /^(traefik|caddy|com\.docker)\b/.test(name);
  for (const [name] of labels.filter(isForeign))
    fields.say(["labels", name], "it is for a proxy on this machine: see `hosts`, `path` and `redirects`");
  return Object.fromEntries(labels.filter((one) => !isForeign(one)));
}

function ulimitsOf(fields: Fields): Settings {
  const own = fields.below("ulimits");
  const nofile = own.take("nofile");
  for (const name of own.names()) own.leave(name, "on Fargate only `nofile` can be set");
  return withoutEmpty({ nofile });
}

function dependenciesOf(fields: Fields): void {
  const on = fields.take("depends_on");
  const conditions = isMapping(on) ? Object.entries(on) : [];
  for (const [name, one] of conditions) {
    const condition = isMapping(one) ? one["condition"] : undefined;
    if (condition === "service_completed_successfully")
      fields.say(
        ["depends_on", name],
        "if it is a migration, make it `moorage:migrate`: it runs before each deployment",
      );
  }
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}
