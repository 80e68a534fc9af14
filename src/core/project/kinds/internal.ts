import type { InternalService } from "../service-schema.js";
import { connectShape } from "../connect.js";
import { discoveryShape } from "../discovery-schema.js";
import type { ServiceKind } from "./kind.js";

/** A service that the load balancer does not lead to: other services reach it by name, callers in its network by DNS; well as long as its tasks run. */
export const internal: ServiceKind = {
  name: "internal",
  fits: ({ kind }) => kind === "internal",
  pathsOf: () => [],
  rulesOf: () => [],
  containerOf: ({ port }: InternalService) => ({ variables: { PORT: String(port) }, ports: [port] }),
  shapeOf: ({ kind, port, connect, discovery }: InternalService) => ({
    kind,
    port,
    ...(connect && { connect: connectShape(connect) }),
    ...(discovery && { discovery: discoveryShape(discovery) }),
  }),
  alarms: ["cpu", "memory", "running"],
  running: "running tasks",
  aims: ["cpu", "memory"],
};
