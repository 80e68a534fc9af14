import type { ServiceKind } from "./kind.js";

/** A service behind the load balancer, well when its targets pass their health check. */
export const web: ServiceKind = {
  name: "web",
  fits: ({ port }) => port !== undefined,
  pathsOf: ({ path }) => path,
  containerOf: ({ port }) => ({ variables: { PORT: String(port) }, ports: [port] }),
  shapeOf: ({ path, port, protocol }) => ({ path, port, protocol }),
  alarms: ["unhealthy", "errors", "latency", "cpu", "memory", "running"],
  aims: ["cpu", "memory", "requests"],
};
