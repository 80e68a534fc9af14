import type { NetworkService } from "../service-schema.js";
import type { ServiceKind } from "./kind.js";

/** A service that a network load balancer leads to, well when its targets pass their health check; in previews nobody leads to it. */
export const network: ServiceKind = {
  name: "network",
  fits: ({ kind }) => kind === "network",
  pathsOf: () => [],
  rulesOf: () => [],
  containerOf: ({ port }: NetworkService) => ({ variables: { PORT: String(port) }, ports: [port] }),
  shapeOf: ({ kind, port, network: settings }: NetworkService) => ({
    kind,
    port,
    ...(settings && { network: { loadBalancer: settings.loadBalancer, port: settings.port ?? port } }),
  }),
  alarms: ["cpu", "memory", "running"],
  running: "running tasks",
  aims: ["cpu", "memory"],
};
