import { z } from "zod";
import { rule } from "./rule.js";
import { arnOf, flag, oneOf, shortName, strict, textMatching } from "./values.js";

export const cidr = textMatching(/^[0-9a-f.:]{2,39}\/[0-9]{1,3}$/, "a CIDR block such as 203.0.113.0/24");

export const allowed = z
  .array(cidr, { error: "must be a list of CIDR blocks" })
  .min(1)
  .default(["0.0.0.0/0"]);

/**
 * Whether clients show a certificate. `verify`: one of the trust store, or the handshake fails; `passthrough`: the app is told of it.
 * Source: Elastic Load Balancing, "Mutual authentication with TLS".
 */
export const mutualTls = strict({
  mode: oneOf(["verify", "passthrough"]),
  trustStore: arnOf("elasticloadbalancing").optional(),
  /** Whether a certificate that has expired will do. */
  allowExpired: flag.optional(),
  /** Whether clients are told which authorities are trusted. */
  advertise: flag.optional(),
}).superRefine(({ mode, trustStore, allowExpired, advertise }, context) => {
  const report = (path: string, message: string) =>
    context.addIssue({ code: "custom", path: [path], message });
  if (mode === "verify" && trustStore === undefined)
    report("trustStore", "is missing: the ARN of the trust store that certificates are verified with");
  if (mode === "verify") return;
  for (const [name, value] of Object.entries({ trustStore, allowExpired, advertise }))
    if (value !== undefined) report(name, "is of `mode: verify`: nothing is verified here");
});

export type MutualTls = z.infer<typeof mutualTls>;

/** One more load balancer of environments, with a listener at the port of the first. */
const furtherListener = strict({
  /** Whether it has addresses of the VPC alone. */
  internal: flag.default(true),
  /** Who may connect. */
  allow: allowed,
  mutualTls: mutualTls.optional(),
});

export const furtherListeners = z
  .record(shortName, furtherListener, { error: "must map names to { internal, allow, mutualTls }" })
  .default({});

/** What they and the first listener must agree on. */
export const furtherListenerRules = [
  rule(
    {
      listener: z.object({ protocol: z.string(), mutualTls: z.unknown().optional() }),
      listeners: z.record(z.string(), z.object({ mutualTls: z.unknown().optional() })),
    },
    ({ listener, listeners }, report) => {
      if (listener.protocol === "HTTPS") return;
      const message = "is possible only with `listener: { protocol: HTTPS }`";
      if (listener.mutualTls !== undefined) report(["listener", "mutualTls"], message);
      for (const [name, one] of Object.entries(listeners))
        if (one.mutualTls !== undefined) report(["listeners", name, "mutualTls"], message);
    },
  ),
];
