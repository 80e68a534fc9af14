import { once } from "node:events";
import { onTestFinished } from "vitest";
import { createApiServer } from "../../src/wire/server.js";
import { Cloud, type AwsService, type ServiceName, type Site } from "../../src/cloud.js";
import { signatureCheck } from "../../src/wire/signature.js";
import { Credentials } from "../../src/home/credentials.js";
import { listenOn } from "../../src/listen.js";
import { Store } from "../../src/store.js";
import { type AtEnd, temporaryFolder } from "../../../../test/harness/folder.js";

export const defaultSite: Site = { account: "111111111111", region: "us-east-1" };

export interface Served {
  endpoint: string;
  store: Store;
  log: string[];
}

/** Some services over HTTP on a port of their own, until the test ends. */
export async function serve(
  services: Partial<Record<ServiceName, AwsService>>,
  store?: Store,
  atEnd: AtEnd = onTestFinished,
): Promise<Served> {
  const kept = store ?? Store.open(temporaryFolder(undefined, atEnd));
  atEnd(() => kept.flush());
  const log: string[] = [];
  const aws = {
    cloud: new Cloud(services),
    store: kept,
    defaultSite,
    check: signatureCheck("local"),
    log: (line: string) => void log.push(line),
  };
  const registry = { handle: () => Promise.resolve(false) };
  const server = createApiServer({}, () => ({ aws, registry }), new Credentials("a token"));
  const port = await listenOn(server, 0);
  atEnd(async () => {
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  });
  return { endpoint: `http://127.0.0.1:${port}`, store: kept, log };
}

/** A service with one operation, which remembers what it was asked. */
export function recording(answer: unknown): {
  service(...operations: string[]): AwsService;
  asked: unknown[];
  sites: Site[];
} {
  const asked: unknown[] = [];
  const sites: Site[] = [];
  const operation = (input: unknown, site: Site) => {
    asked.push(input);
    sites.push(site);
    return answer;
  };
  return {
    asked,
    sites,
    service: (...operations) => ({
      operations: Object.fromEntries(operations.map((name) => [name, operation])),
    }),
  };
}

/** What every SDK client here is configured with: the access key id names the account. */
export function clientConfig(endpoint: string, { account, region }: Site = defaultSite) {
  return {
    endpoint,
    region,
    credentials: { accessKeyId: account, secretAccessKey: "local" },
    maxAttempts: 1,
  };
}
