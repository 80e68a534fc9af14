import type { ListenerArgs } from "@pulumi/aws/lb/listener.js";
import type { MutualTls } from "../../../src/core/project/foundation-listeners.js";

/** Source: CreateListener, `MutualAuthentication`. */
export function mutualTlsInputs(settings: MutualTls | undefined): Pick<ListenerArgs, "mutualAuthentication"> {
  if (settings === undefined) return {};
  const { mode, trustStore, allowExpired, advertise } = settings;
  return {
    mutualAuthentication: {
      mode,
      ...(trustStore !== undefined && { trustStoreArn: trustStore }),
      ...(allowExpired !== undefined && { ignoreClientCertificateExpiry: allowExpired }),
      ...(advertise !== undefined && { advertiseTrustStoreCaNames: advertise ? "on" : "off" }),
    },
  };
}
