import { z } from "zod";
import { duration, oneOf, shortName, strict, textMatching, wholeNumber } from "./values.js";

/** Source: ServiceConnectClientAlias, `dnsName`: up to 127 characters; a name that a resolver takes. */
const alias = textMatching(
  /^(?=.{1,127}$)(?!localhost$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/,
  "a name such as api or api.internal, in lower case",
);

const longest = 2_147_483_647_000;
const wholeSeconds = duration.refine((value) => value % 1_000 === 0 && value <= longest, {
  error: "must be whole seconds, such as 15s",
});

/** Source: TimeoutConfiguration. Milliseconds once parsed. */
const timeouts = strict({
  /** Of a connection on which nothing happens; AWS's own is 5 minutes, and an hour for tcp. */
  idle: wholeSeconds.optional(),
  /** Of one request; AWS's own is 15 seconds. */
  request: wholeSeconds.optional(),
});

/** How other services of the stack reach a service: ECS Service Connect. */
export const connect = strict(
  {
    /** The host name that callers use; the service's own name by default. */
    name: alias.optional(),
    /** The port that callers use; the service's own by default. */
    port: wholeNumber(1, 65_535).optional(),
    /** What is spoken. Source: PortMapping, `appProtocol`. */
    protocol: oneOf(["http", "http2", "grpc", "tcp"]).default("http"),
    /** The services that may call it. */
    ingress: z
      .array(shortName, { error: "list the services that may call it" })
      .min(1, { error: "must name at least one service that may call it" }),
    timeouts: timeouts.optional(),
  },
  { example: "{ ingress: [web] }, which names the services that may call it" },
);

export type Connect = z.infer<typeof connect>;
