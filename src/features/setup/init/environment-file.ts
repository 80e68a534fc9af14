import type { Answers } from "./answers.js";
import { plannedFoundation } from "./foundations.js";
import { importedSettings } from "./import/settings-text.js";
import type { FoundService } from "./services.js";
import { secretsProviderLine } from "./state-settings.js";
import { inYaml } from "./yaml-text.js";
import { lastOf } from "./train.js";

/** `Pulumi.<environment>.yaml`, with a first service. */
export function environmentFile(answers: Answers, name: string): string {
  const { environments } = answers;
  const { stack, domain } = plannedFoundation(answers, name);
  const registry = environments.find((one) => one.name === name)?.registry ?? "";
  return `${secretsProviderLine(answers, name, name)}config:
  # Where this environment's images live: promotion copies the same bytes from one registry to the next.
  moorage:registry: ${registry}
  # The stack that declares cluster, network and load balancer; or { cluster, listener, vpc, subnets, ... } that exist.
  moorage:foundation: ${stack}
  # Hosts are <stack>.<domain> where the foundation names none.
  moorage:domain: ${inYaml(domain)}
${answers.imported === undefined ? draftServices(answers, name) : importedSettings(answers, name, registry)}`;
}

function draftServices(answers: Answers, name: string): string {
  return `  moorage:services:
${answers.services.map((service, at) => serviceText(answers, service, at === 0, name)).join("")}`;
}

/** Where a service's images are kept: those of the first have the app's name. */
export function imageRepositoryOf(
  { app, services }: Pick<Answers, "app" | "services">,
  service: FoundService,
): string {
  return service === services[0] ? app : `${app}-${service.name}`;
}

function serviceText(answers: Answers, service: FoundService, isFirst: boolean, environment: string): string {
  const { port, health } = answers;
  const own = isFirst ? String(port) : service.port;
  const path = isFirst ? '"/*"' : `["/${service.name}", "/${service.name}/*"]`;
  const target = service.target === undefined ? "" : `, target: ${inYaml(service.target)}`;
  const given = Object.entries(service.args ?? {}).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  const args = given.length === 0 ? "" : `, args: { ${given.join(", ")} }`;
  const requests = [
    `      port: ${own ?? ""}`,
    `      path: ${path}`,
    `      health: { path: ${inYaml(health)}, interval: 15, timeout: 5, healthy: 2, unhealthy: 2, gracePeriod: 60 }`,
  ];
  const lines = [
    `    ${service.name}:`,
    `      repository: ${inYaml(imageRepositoryOf(answers, service))}`,
    ...(own === undefined ? ["      # No port: it gets no requests."] : requests),
    "      cpu: 256",
    "      memory: 512",
    `      desiredCount: ${environment === lastOf(answers) ? "2" : "1"}`,
    `      build: { context: ${pathInYaml(service.context)}, dockerfile: ${pathInYaml(service.dockerfile)}${target}${args} }`,
    ...hardeningOf(service),
    "      # Plain values in `env`; in `secrets` ARNs of Secrets Manager or of SSM parameters.",
    "      env: {}",
    "      secrets: {}",
  ];
  return `${lines.join("\n")}\n`;
}

/** Proposed, because not every app runs with it. */
function hardeningOf({ hasUser }: FoundService): string[] {
  return [
    "      # Runs as the image's own user, with a writable root. Safer, where the app runs with it (try it on the local target):",
    ...(hasUser ? [] : ['      # user: "1000:1000"']),
    "      # readOnly: true",
    "      # capabilities: { drop: [ALL] }",
  ];
}

function pathInYaml(path: string): string {
  return path === "." ? path : inYaml(path);
}
