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

const hint = "Write `aws:assumeRoles: [{ roleArn: arn:aws:iam::111111111111:role/deploy }]`, a list.";

/**
 * The roles of `aws:assumeRoles`, which the AWS provider reads itself: what is assumed stands in one place. Raises
 * `config-invalid` for what is no role, and for `aws:assumeRole`: the provider knows it no more, and would act with the caller's
 * own credentials. Source: Pulumi registry, "AWS Classic v7 migration guide", provider role chaining.
 */
export function assumedRoles(config: Readonly<Record<string, unknown>>): ConfiguredRole[] {
  const value = config["aws:assumeRoles"];
  if (config["aws:assumeRole"] !== undefined) {
    throw badRequest(
      "config-invalid",
      "aws:assumeRole is not a setting of pulumi-aws 7: the provider would not assume the role.",
      hint,
    );
  }
  if (value === undefined) return [];
  const parsed = z.array(role).safeParse(Array.isArray(value) ? value : [value]);
  if (parsed.success) return parsed.data;
  throw badRequest("config-invalid", `aws:assumeRoles names no role: ${z.prettifyError(parsed.error)}`, hint);
}
