import type { Answers } from "./answers.js";
import { plannedFoundation } from "./foundations.js";
import { inYaml } from "./yaml-text.js";
import { lastOf } from "./train.js";

/** `Pulumi.<environment>.yaml`, with a first service. */
export function environmentFile(answers: Answers, name: string): string {
  const { app, environments, port, health } = answers;
  const { stack, domain } = plannedFoundation(answers, name);
  const registry = environments.find((one) => one.name === name)?.registry ?? "";
  return `config:
  # Where this environment's images live: promotion copies the same bytes from one registry to the next.
  moorage:registry: ${registry}
  # The stack that declares cluster, network and load balancer; or { cluster, listener, vpc, subnets, ... } that exist.
  moorage:foundation: ${stack}
  # Hosts are <stack>.<domain> where the foundation names none.
  moorage:domain: ${inYaml(domain)}
  moorage:services:
    web:
      repository: ${inYaml(app)}
      port: ${port}
      path: "/*"
      cpu: 256
      memory: 512
      desiredCount: ${name === lastOf(answers) ? 2 : 1}
      build: { context: ., dockerfile: Dockerfile }
      health: { path: ${inYaml(health)}, interval: 15, timeout: 5, healthy: 2, unhealthy: 2, gracePeriod: 60 }
      # Plain values in \`env\`; in \`secrets\` ARNs of Secrets Manager or of SSM parameters.
      env: {}
      secrets: {}
`;
}
