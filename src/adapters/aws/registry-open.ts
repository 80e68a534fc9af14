import type { AwsClients } from "./clients.js";
import type { RegistryAccess, RegistryEndpoint } from "./registry-http.js";
import { registryLogin } from "./registry-login.js";

const pauseMs = 200;

/** Logs in to the registry of that host name. Raises what `registryLogin` raises. */
export async function openRegistry(
  clients: AwsClients,
  { host, endpoint, signal }: { host: string; endpoint: RegistryEndpoint; signal: AbortSignal },
): Promise<RegistryAccess> {
  const { authorization } = await registryLogin(clients);
  return { host, endpoint, authorization, signal, pauseMs };
}
