import type { AwsClients } from "./clients.js";
import type { RegistryAccess } from "./registry-http.js";
import { registryLogin } from "./registry-login.js";

const pauseMs = 200;

/** Logs in to the registry of that host name. Raises what `registryLogin` raises. */
export async function openRegistry(
  clients: AwsClients,
  { host, endpoint, signal, trace }: Pick<RegistryAccess, "host" | "endpoint" | "signal" | "trace">,
): Promise<RegistryAccess> {
  const { authorization } = await registryLogin(clients);
  return { host, endpoint, authorization, signal, trace, pauseMs };
}
