import { localBounds } from "../bounds.js";
import { platformError } from "../failure.js";
import { checkEndpoints, type Endpoints } from "./endpoints.js";

/** Any answer will do. Raises `emulator-unreachable` (exit 1) for the first that has none, `endpoint-invalid` (exit 2). */
export async function reachEmulators(given: Endpoints): Promise<void> {
  const endpoints = Object.entries(checkEndpoints(given));
  const urls = [...new Set(endpoints.map(([, url]) => url))].sort();
  await Promise.all(
    urls.map(async (url) => {
      try {
        const signal = AbortSignal.timeout(localBounds.emulatorCall);
        const response = await fetch(url, { redirect: "manual", signal });
        await response.body?.cancel();
      } catch (error) {
        const services = endpoints.filter(([, one]) => one === url).map(([service]) => service);
        throw unreachable(url, services, error);
      }
    }),
  );
}

function unreachable(url: string, services: readonly string[], error: unknown) {
  const { cause, message } = error as Error & { cause?: NodeJS.ErrnoException };
  return platformError(
    "emulator-unreachable",
    `Nothing answers at ${url}, where moorage:local says that ${services.join(", ")} are emulated (${cause?.code ?? message}).`,
    "Start the emulator, or correct or remove `endpoints` of `moorage:local`. Nothing was changed.",
    error,
  );
}
