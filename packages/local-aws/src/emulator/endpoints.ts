import { invalidRequest } from "../failure.js";

/** The services whose resources can be in an emulator, with the names that AWS's SDKs know their endpoints by. */
const variableOf = {
  dynamodb: "AWS_ENDPOINT_URL_DYNAMODB",
  s3: "AWS_ENDPOINT_URL_S3",
  secretsmanager: "AWS_ENDPOINT_URL_SECRETS_MANAGER",
  sns: "AWS_ENDPOINT_URL_SNS",
  sqs: "AWS_ENDPOINT_URL_SQS",
  ssm: "AWS_ENDPOINT_URL_SSM",
} as const;

export type EmulatedService = keyof typeof variableOf;

export const emulatedServices = Object.keys(variableOf) as EmulatedService[];

/** Where services are emulated: URLs on loopback. */
export type Endpoints = Readonly<Partial<Record<EmulatedService, string>>>;

/**
 * What has been read from elsewhere as endpoints. Raises `endpoint-invalid` (exit 2) for a service that cannot be emulated, or
 * an address beyond loopback.
 */
export function checkEndpoints(given: unknown): Endpoints {
  const checked = Object.entries(Object(given) as Record<string, unknown>).map(([service, url]) => {
    if (!Object.hasOwn(variableOf, service))
      throw invalid(service, url, `the service must be one of ${emulatedServices.join(", ")}`);
    if (typeof url !== "string" || !isOnLoopback(url))
      throw invalid(service, url, "the address must be on loopback, such as http://127.0.0.1:4566");
    return [service, new URL(url).origin] as const;
  });
  return Object.fromEntries(checked.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function invalid(service: string, url: unknown, why: string) {
  return invalidRequest(
    "endpoint-invalid",
    `The emulator of ${service} is said to be at ${JSON.stringify(url)}: ${why}.`,
    "Correct `endpoints` of `moorage:local`: the local target talks to loopback only.",
  );
}

function isOnLoopback(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, pathname, search, hash } = new URL(text);
  const isBare = username === "" && password === "" && pathname === "/" && search === "" && hash === "";
  const isHere = /^(127\.\d+\.\d+\.\d+|\[::1\]|([a-z0-9-]+\.)*localhost)$/.test(hostname);
  return isBare && isHere && (protocol === "http:" || protocol === "https:");
}

/** One text for the same endpoints. */
export function endpointsKey(endpoints: Endpoints): string {
  return emulatedServices.flatMap((service) => endpoints[service] ?? "-").join(" ");
}

/** Whether there is any. */
export function hasEndpoints(endpoints: Endpoints): boolean {
  return Object.keys(endpoints).length > 0;
}

/** By which variables AWS's SDKs and CLI find them. */
export function endpointVariables(endpoints: Endpoints): Record<string, string> {
  return Object.fromEntries(
    Object.entries(endpoints).map(([service, url]) => [variableOf[service as EmulatedService], url]),
  );
}
