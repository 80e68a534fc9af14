import type { MutualAuthenticationAttributes } from "@aws-sdk/client-elastic-load-balancing-v2";
import { requireOneOf, validationError } from "./refusals.js";
import type { ListenerRow } from "./rows.js";

const modes = ["off", "passthrough", "verify"] as const;

/**
 * What AWS takes: an HTTPS listener, and a trust store where certificates are verified. It is kept and told, and not played.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/configuring-mtls-with-elb.html
 */
export function mutualAuthentication(
  asked: MutualAuthenticationAttributes | undefined,
  protocol: ListenerRow["protocol"],
): Pick<ListenerRow, "mutualAuthentication"> {
  const mode = requireOneOf(asked?.Mode ?? "off", "mutualAuthentication.mode", modes);
  if (asked === undefined || mode === "off") return { mutualAuthentication: undefined };
  if (protocol !== "HTTPS")
    throw validationError("Mutual authentication is only supported for HTTPS listeners");
  if (mode === "verify" && !asked.TrustStoreArn)
    throw validationError("A trust store must be specified for the mutual authentication mode 'verify'");
  if (mode === "passthrough" && asked.TrustStoreArn)
    throw validationError(
      "A trust store cannot be specified for the mutual authentication mode 'passthrough'",
    );
  return { mutualAuthentication: { ...asked, Mode: mode } };
}
