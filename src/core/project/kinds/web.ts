import { connectShape } from "../connect.js";
import { discoveryShape } from "../discovery-schema.js";
import type { WebService } from "../service-schema.js";
import { rulesOfService } from "../service-rules.js";
import type { ServiceKind } from "./kind.js";

/** A service behind the load balancer, well when its targets pass their health check. */
export const web: ServiceKind = {
  name: "web",
  fits: ({ kind, port }) => port !== undefined && kind !== "internal" && kind !== "network",
  pathsOf: ({ path }: WebService) => path,
  rulesOf: (service: WebService) => rulesOfService(service),
  containerOf: ({ port }: WebService) => ({ variables: { PORT: String(port) }, ports: [port] }),
  shapeOf: ({
    path,
    hosts,
    match,
    target,
    port,
    protocol,
    protocolVersion,
    connect,
    discovery,
    listener,
  }: WebService) => ({
    ...(listener !== undefined && { listener }),
    path,
    port,
    protocol,
    ...(hosts !== undefined && { hosts }),
    ...(match !== undefined && { match }),
    ...(connect && { connect: connectShape(connect) }),
    ...(discovery && { discovery: discoveryShape(discovery) }),
    ...(target !== undefined && { target }),
    ...(protocolVersion !== undefined && { protocolVersion }),
  }),
  alarms: ["unhealthy", "errors", "latency", "cpu", "memory", "running"],
  running: "healthy targets",
  aims: ["cpu", "memory", "requests", "response-time"],
};
