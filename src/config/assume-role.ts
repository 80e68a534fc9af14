import { z } from "zod";
import { badRequest } from "../errors.js";
import { arnOf, duration } from "./values.js";

const role = z.object({
  roleArn: arnOf("iam"),
  sessionName: z.string().optional(),
  externalId: z.string().optional(),
  duration: duration.optional(),
});

/** A role that Pulumi's provider assumes, and so does the driver. Milliseconds. */
export type ConfiguredRole = z.infer<typeof role>;

/**
 * The roles of `aws:assumeRoles` (`aws:assumeRole` in older projects), which the AWS provider reads itself: what is assumed
 * stands in one place. Raises `config-invalid` for what is no role.
 */
export function assumedRoles(config: Readonly<Record<string, unknown>>): ConfiguredRole[] {
  const key = config["aws:assumeRoles"] === undefined ? "aws:assumeRole" : "aws:assumeRoles";
  const value = config[key];
  if (value === undefined) return [];
  const parsed = z.array(role).safeParse(Array.isArray(value) ? value : [value]);
  if (parsed.success) return parsed.data;
  throw badRequest(
    "config-invalid",
    `${key} names no role: ${z.prettifyError(parsed.error)}`,
    "Write `aws:assumeRoles: [{ roleArn: arn:aws:iam::111111111111:role/deploy }]`.",
  );
}
