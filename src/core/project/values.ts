import ms from "ms";
import { z } from "zod";
import { jobEnvironments, stackKind } from "./stack-kind.js";
import { didYouMean } from "./suggest.js";

interface Hints {
  /** What such an object looks like, for who writes something else there. */
  example?: string;
  /** What other tools call a setting, with what to write here. */
  elsewhere?: Readonly<Record<string, string>>;
}

/** An object in which an unknown key is a mistake that names its nearest known one. */
export function strict<Shape extends z.ZodRawShape>(shape: Shape, { example, elsewhere = {} }: Hints = {}) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== "unrecognized_keys")
        return `must be an object${example === undefined ? "" : ` such as ${example}`}`;
      const hints = issue.keys.map((key) => {
        const here = Object.hasOwn(elsewhere, key) ? elsewhere[key] : undefined;
        return `"${key}" is not a setting (${here ?? didYouMean(key, known)})`;
      });
      return hints.join("; ");
    },
  });
}

export function textMatching(rule: RegExp, expectation: string) {
  return z
    .string({ error: orQuotes(`must be ${expectation}`) })
    .regex(rule, { error: `must be ${expectation}` });
}

/** Text without a rule. */
export const anyText = z.string({ error: orQuotes("must be text") });

/** A number, true or false where text is wanted has lost its quotes. */
function orQuotes(expectation: string) {
  return ({ input }: { input?: unknown }) =>
    typeof input === "number" || typeof input === "boolean"
      ? `${expectation}: put it in quotes`
      : expectation;
}

/** A setting of another kind of service. */
export function notOfKind(why: string) {
  return z.undefined({ error: why }).optional();
}

export function wholeNumber(minimum: number, maximum: number) {
  const error = `must be a whole number from ${minimum} to ${maximum}`;
  return z.int({ error }).min(minimum, { error }).max(maximum, { error });
}

export function oneOf<const Values extends readonly [string, ...string[]]>(values: Values) {
  return z.enum(values, { error: `must be one of ${values.join(", ")}` });
}

export const flag = z.boolean({ error: "must be true or false" });

const durationHint = 'must be a duration such as "90s", "10m" or "72h"';

/** Text such as "10m"; milliseconds once parsed. */
export const duration = z.string({ error: durationHint }).transform((value, context) => {
  const parsed = /^\d+(\.\d+)?\s?[a-z]+$/i.test(value) ? ms(value as ms.StringValue) : undefined;
  if (typeof parsed === "number" && parsed > 0) return parsed;
  context.addIssue({ code: "custom", message: durationHint, input: value });
  return z.NEVER;
});

/** App and service names: they end up in every AWS name, so two hyphens in a row are kept for Moorage. */
export const shortName = textMatching(
  /^(?=.{1,32}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
  "text of 1 to 32 lower-case letters, digits and single hyphens, a letter first",
);

/** It also begins security groups' names. Source: CreateSecurityGroup, `GroupName`: it cannot start with `sg-`. */
export const appName = shortName.refine((name) => !/^sg(-|$)/.test(name), {
  error: "must not be sg or begin with sg-, which EC2 keeps for the ids of security groups",
});

/** The name of an environment's stack, as in `Pulumi.<name>.yaml`. */
export const stackName = textMatching(
  /^(?=.{1,20}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
  "text of 1 to 20 lower-case letters, digits and single hyphens, a letter first",
);

/** The name of an environment that is deployed to, not one in which only jobs run. */
export const environmentName = stackName.refine((name) => stackKind(name) === "environment", {
  error: `must be an environment's name: not ${jobEnvironments.join(", ")}, in which GitHub's jobs run, and no other stack's`,
});

/** HTTP codes and spans of them, as a target group's matcher takes them. */
export const httpCodes = textMatching(
  /^[2-4][0-9]{2}(-[2-4][0-9]{2})?(,[2-4][0-9]{2}(-[2-4][0-9]{2})?)*$/,
  "HTTP codes such as 200, 200-299 or 200,204",
);

const label = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";

/** A DNS name in lower case, without a port. */
export const hostName = textMatching(
  new RegExp(`^(?=.{1,253}$)${label}(\\.${label})*$`),
  "a host name in lower case, such as hello.example.com",
);

/** Source: Elastic Load Balancing, "Quotas for your Application Load Balancers": a host header condition has 128 characters. */
const longestHost = 128;

/** What a listener rule is given as its host. */
export const ruleHost = hostName.max(longestHost, {
  error: `must have at most ${longestHost} characters: a listener rule takes no more`,
});

/** What the stacks' names stand before: `<environment>.` of at most 21 characters, `pr-9999999.`, `lb10.`. */
export const parentDomain = hostName.max(longestHost - 21, {
  error: `must have at most ${longestHost - 21} characters: with a stack's name before it, a listener rule takes ${longestHost}`,
});

export const digest = textMatching(
  /^sha256:[a-f0-9]{64}$/,
  "an image digest: sha256: and 64 hexadecimal digits",
);

/** Where images are pulled from: host, optional port, optional path. */
export const registryHost = textMatching(
  new RegExp(`^${label}(\\.${label})*(:[0-9]{1,5})?(/[a-z0-9._-]+)*$`),
  "a registry such as 111111111111.dkr.ecr.us-east-1.amazonaws.com",
);

const repositoryPath = "[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*(\\/[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*)*";

/** A repository in a registry, one of previews' too. Source: OCI distribution specification, "Pulling manifests". */
export const anyRepositoryName = textMatching(
  new RegExp(`^(?=.{2,256}$)${repositoryPath}$`),
  "a repository name in lower case, such as hello or team/hello",
);

/**
 * A repository that environments take images from: none that pull requests push to (`<repository>-previews`,
 * release/preview-repository.ts).
 */
export const repositoryName = textMatching(
  new RegExp(`^(?=.{2,256}$)(?!.*-previews$)${repositoryPath}$`),
  "a repository name in lower case, such as hello or team/hello, that does not end with -previews (where pull requests push)",
);

/** An ARN in any partition. */
export function arnOf(service: string) {
  return textMatching(
    new RegExp(`^arn:[a-z0-9-]+:(${service}):[^\\s]+$`),
    `an ARN of ${service.replaceAll("|", " or ")}`,
  );
}

/** Text, or `{ secure: ... }` as `pulumi config set --secret` leaves it in the yaml. */
export const secretText = z.union([z.string().min(1), z.strictObject({ secure: z.string().min(1) })], {
  error: "must be text, or a secret set with `pulumi config set --secret`",
});
