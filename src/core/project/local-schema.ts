import type { z } from "zod";
import { strict, textMatching } from "./values.js";

const loopback = textMatching(
  /^https?:\/\/(127(\.[0-9]{1,3}){3}|\[::1\]|([a-z0-9-]+\.)*localhost)(:[0-9]{1,5})?\/?$/,
  "an address on loopback such as http://127.0.0.1:4566: the local target talks to no other",
).optional();

const endpoints = strict({
  dynamodb: loopback,
  s3: loopback,
  secretsmanager: loopback,
  sns: loopback,
  sqs: loopback,
  ssm: loopback,
});

/** `moorage:local`: what holds on the local target alone. */
export const local = strict({
  /** Where emulators of services run: resources of their types are made there, and tasks call them there. */
  endpoints: endpoints.default({}),
});

/** The endpoints in a stack's configuration before it is parsed: for stacks that have no use for them but their place. */
export function localEndpointsIn(config: Readonly<Record<string, unknown>>): z.infer<typeof endpoints> {
  const parsed = local.safeParse(config["moorage:local"]);
  return parsed.success ? parsed.data.endpoints : {};
}
