import type { WebService } from "../service-schema.js";
import type { ServiceKind } from "./kind.js";

/** A service behind the load balancer, well when its targets pass their health check. */
export const web: ServiceKind = {
  name: "web",
  fits: ({ port }) => port !== undefined,
  pathsOf: ({ path }: WebService) => path,
  containerOf: ({ port }: WebService) => ({ variables: { PORT: String(port) }, ports: [port] }),
  shapeOf: ({ path, port, protocol }: WebService) => ({ path, port, protocol }),
  alarms: ["unhealthy", "errors", "latency", "cpu", "memory", "running"],
  running: "healthy targets",
  aims: ["cpu", "memory", "requests"],
};
