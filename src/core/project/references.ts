import { z } from "zod";
import { nameMatching, withoutPlaceholders } from "./placeholders.js";
import { strict, textMatching } from "./values.js";

/** The words of a reference, each for where the value is kept. */
const referenceWords = ["fromCfn", "fromSsm", "fromStack", "fromSecret"] as const;

type ReferenceWord = (typeof referenceWords)[number];

/** What is looked up: the value that is kept there, or the ARN of what holds it. */
export interface Reference {
  from: ReferenceWord;
  /** The export's, parameter's or secret's name; `project/stack#output`. */
  name: string;
  wants: "value" | "arn";
  /** What a task definition adds to a secret's ARN: `:key:stage:version`. */
  tail: string;
}

export function isReferenceWord(key: string): boolean {
  return (referenceWords as readonly string[]).includes(key);
}

/** Whether a setting names where its value is kept, in place of the value. */
export function isReference(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return referenceWords.some((word) => word in value);
}

const secretPart = textMatching(/^[^:\s]+$/, "text without colons and spaces");

/** Source: CloudFormation, "Outputs"; PutParameter and CreateSecret, `Name`. */
const forms = {
  fromCfn: strict({ fromCfn: nameMatching(/^[A-Za-z0-9:-]{1,255}$/, "an export's name in CloudFormation") }),
  fromSsm: strict({
    fromSsm: nameMatching(
      /^\/?[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*$/,
      "a parameter's name, such as /hello/dev/table",
    ),
  }),
  fromStack: strict({
    fromStack: nameMatching(
      /^([^#\s/]+\/){0,2}[^#\s/]+#[^#\s]+$/,
      "a stack and one of its outputs, such as network-dev#queueArn or platform/network-dev#queueArn",
    ),
  }),
  fromSecret: strict({
    fromSecret: nameMatching(/^[A-Za-z0-9/_+=.@!-]{1,512}$/, "a secret's name in Secrets Manager"),
    /** One key of a secret that is JSON. */
    key: secretPart.optional(),
    stage: secretPart.optional(),
    version: secretPart.optional(),
  }),
} satisfies Record<ReferenceWord, z.ZodType>;

/** What stands before a reference once it is parsed: no setting's text begins so. */
const mark = "\0";

/** A text, or a reference to where it is kept; parsed, a reference is text that `referenceIn` knows. */
export function orReference(
  schema: z.ZodType<string>,
  wants: Reference["wants"] = "value",
): z.ZodPipe<z.ZodUnknown, z.ZodTransform<string>> {
  return z.unknown().transform((value, context): string => {
    const reference = readReference(value, wants);
    const parsed = reference ?? schema.safeParse(value, { reportInput: true });
    if (parsed.success) return parsed.data;
    context.issues.push(...(parsed.error.issues as unknown as typeof context.issues));
    return z.NEVER;
  });
}

function readReference(value: unknown, wants: Reference["wants"]) {
  // A parameter's name alone is enough where only an ARN could stand.
  const given =
    wants === "arn" && typeof value === "string" && value.startsWith("/") ? { fromSsm: value } : value;
  const word = isReference(given) ? referenceWords.find((one) => one in (given as object)) : undefined;
  return (
    word &&
    forms[word].transform((found): string => markOf(found, wants)).safeParse(given, { reportInput: true })
  );
}

function markOf(
  found: Partial<Record<ReferenceWord | "key" | "stage" | "version", string>>,
  wants: Reference["wants"],
) {
  const from = referenceWords.find((word) => word in found) ?? "fromCfn";
  const { key = "", stage = "", version = "" } = found;
  const tail = key + stage + version === "" ? "" : `:${key}:${stage}:${version}`;
  const isArn = from === "fromSecret" || (from === "fromSsm" && wants === "arn");
  const reference: Reference = { from, name: found[from] ?? "", wants: isArn ? "arn" : "value", tail };
  return mark + JSON.stringify(reference);
}

/** The reference that a parsed text is. */
export function referenceIn(text: string): Reference | undefined {
  return text.startsWith(mark) ? (JSON.parse(text.slice(mark.length)) as Reference) : undefined;
}

/** `fromSsm /hello/dev/table`: as messages and records name it; two settings with one name have one value. */
export function referenceName({ from, name, wants }: Pick<Reference, "from" | "name" | "wants">): string {
  return `${from} ${name}${from === "fromSsm" && wants === "arn" ? " (ARN)" : ""}`;
}

/** A setting as messages show it. */
export function shownValue(text: string): string {
  const reference = referenceIn(text);
  return reference === undefined ? text : referenceName(reference);
}

/** One place in a parsed configuration that is looked up. */
export interface ReferencePlace {
  /** `["services", "web", "env", "TABLE"]`. */
  path: string[];
  reference: Reference;
}

/** What of a parsed configuration is looked up; overrides of previews are not its own. */
export function referencesIn(config: object): ReferencePlace[] {
  const own = Object.entries(config).filter(([key]) => key !== "preview" && key !== "references");
  return own.flatMap(([key, value]) => placesIn(value, [key]));
}

function placesIn(value: unknown, path: string[]): ReferencePlace[] {
  if (typeof value === "string") {
    const reference = referenceIn(value);
    return reference === undefined ? [] : [{ path, reference }];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...path, key]));
}

/** A configuration before parsing, with what was found in place of the references: by `referenceName`. */
export function withValues(value: unknown, found: Readonly<Record<string, string>>, key = ""): unknown {
  if (isReference(value) || (key === "secrets/" && typeof value === "string")) {
    const parsed = readReference(value, key === "secrets/" ? "arn" : "value");
    const reference = parsed?.success === true ? referenceIn(parsed.data) : undefined;
    const text = reference && found[referenceName(reference)];
    if (text === undefined) return value;
    return withoutPlaceholders(text + (reference?.tail ?? ""));
  }
  if (Array.isArray(value)) return value.map((one) => withValues(one, found));
  if (typeof value !== "object" || value === null) return value;
  const below = key === "secrets" ? "secrets/" : "";
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      withValues(inner, found, below === "" ? name : below),
    ]),
  );
}
