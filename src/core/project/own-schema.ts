import { z } from "zod";
import { strict, textMatching } from "./values.js";

/** What somebody may do to what. */
export const allowedStatements = z.array(
  strict({
    actions: z
      .array(textMatching(/^[a-z0-9-]+:[A-Za-z*]+$/, "an action of a service, such as s3:GetObject"))
      .min(1),
    resources: z.array(textMatching(/^(\*|arn:[^\s]+)$/, "an ARN, or *")).min(1),
  }),
  { error: "must be a list of { actions, resources }" },
);

/** Types of Pulumi resources. */
export const typeTokens = z.array(
  textMatching(
    /^[a-z][a-z0-9-]*:[A-Za-z0-9/*-]+(:[A-Za-z0-9*]+)?$/,
    "a type of resource, such as aws:sqs/queue:Queue",
  ),
  { error: "must be a list of types of resources" },
);
