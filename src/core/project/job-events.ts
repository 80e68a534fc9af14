import { patternMistake } from "@moorage/local-aws";
import { z } from "zod";
import { nameMatching } from "./placeholders.js";
import type { Report } from "./rule.js";
import { anyText, oneOf, strict, textMatching } from "./values.js";

/** Source: EventBridge, "Input transformation": dots, array indices. */
const jsonPath = textMatching(
  /^\$\.[\w/-]+(\[\d+\])?(\.[\w/-]+(\[\d+\])?)*$/,
  "a path into the event such as $.detail.bucket.name",
);

/** One value of the event: a text, unless it says that it is a number. */
export const eventValue = z.union(
  [jsonPath, strict({ path: jsonPath, type: oneOf(["text", "number"]).default("text") })],
  {
    error: "must be a path into the event such as $.detail.bucket.name, or an object with path and type",
  },
);

const texts = z.union([anyText.transform((text) => [text]), z.array(anyText).min(1)], {
  error: "must be a text or a list of texts",
});

/** Which event of EventBridge starts a job. Source: EventBridge, "Amazon EventBridge event patterns". */
export const eventStart = strict(
  {
    source: texts,
    detailType: texts.optional(),
    resources: z.array(z.unknown()).min(1).optional(),
    /** As EventBridge has it: fields with lists of values and comparisons. */
    detail: z.record(z.string(), z.unknown()).optional(),
    /** Its name, or its ARN; the account's default one without it. */
    bus: nameMatching(
      /^(arn:aws[a-z-]*:events:[a-z0-9-]+:\d{12}:event-bus\/)?[\w./-]{1,256}$/,
      "an event bus's name or ARN",
    ).optional(),
    /** What `<name>` in `command` and `env` stands for. */
    input: z
      .record(textMatching(/^(?!aws)[A-Za-z][\w-]{0,63}$/i, "a name such as key"), eventValue)
      .default({}),
  },
  { example: "{ source: aws.s3, detailType: Object Created }" },
).superRefine((on, context) => {
  const mistake = patternMistake(eventPattern(on));
  if (mistake !== undefined)
    context.addIssue({ code: "custom", message: `is refused by EventBridge: ${mistake}` });
});

export type EventStart = z.infer<typeof eventStart>;
type EventValue = z.infer<typeof eventValue>;

/** The rule's pattern, as JSON. */
export function eventPattern({
  source,
  detailType,
  resources,
  detail,
}: Pick<EventStart, "source" | "detailType" | "resources" | "detail">): string {
  return JSON.stringify({
    source,
    ...(detailType !== undefined && { "detail-type": detailType }),
    ...(resources !== undefined && { resources }),
    ...(detail !== undefined && { detail }),
  });
}

/** What a run is given of the event; undefined where that is nothing. */
export interface EventInput {
  /** JSON paths by name. */
  paths: Record<string, string>;
  /** EventBridge's input template. */
  template: string;
}

export interface Filled {
  /** The job's name: its container's. */
  name: string;
  command: readonly string[] | undefined;
  env: Readonly<Record<string, string>>;
}

/** `capitals`: as Step Functions names what ECS calls `containerOverrides`. */
export function eventInput(
  { input }: Pick<EventStart, "input">,
  { name, command = [], env }: Filled,
  capitals: boolean,
): EventInput | undefined {
  if (Object.keys(input).length === 0) return undefined;
  const key = (text: string) =>
    JSON.stringify(capitals ? text.charAt(0).toUpperCase() + text.slice(1) : text);
  const parts = [`${key("name")}:${JSON.stringify(name)}`];
  if (command.some((word) => placeholdersIn(word, input).length > 0))
    parts.push(`${key("command")}:[${command.map((word) => wordOf(word, input)).join(",")}]`);
  const filled = Object.entries(env).filter(([, value]) => placeholdersIn(value, input).length > 0);
  if (filled.length > 0) {
    const pairs = filled.map(
      ([variable, value]) =>
        `{${key("name")}:${JSON.stringify(variable)},${key("value")}:${wordOf(value, input)}}`,
    );
    parts.push(`${key("environment")}:[${pairs.join(",")}]`);
  }
  return {
    paths: Object.fromEntries(Object.entries(input).map(([one, value]) => [one, pathOf(value)])),
    template: `{${key("containerOverrides")}:[{${parts.join(",")}}]}`,
  };
}

/**
 * A text stands alone and without quotes, so that EventBridge writes it as JSON: within quotes it escapes nothing, and whoever sends the
 * event could end the word. A number cannot.
 */
function wordOf(word: string, input: EventStart["input"]): string {
  const [whole] = placeholdersIn(word, input);
  if (whole !== undefined && word === `<${whole}>` && typeOf(input[whole]) === "text") return word;
  return JSON.stringify(word).replaceAll(/<([\w-]+)>|</g, (found: string, name: string | undefined) =>
    name !== undefined && Object.hasOwn(input, name) ? found : found.replace("<", "\\u003c"),
  );
}

function placeholdersIn(word: string, input: EventStart["input"]): string[] {
  return [...word.matchAll(/<([\w-]+)>/g)]
    .map(([, name = ""]) => name)
    .filter((name) => Object.hasOwn(input, name));
}

function pathOf(value: EventValue): string {
  return typeof value === "string" ? value : value.path;
}

function typeOf(value: EventValue | undefined): "text" | "number" {
  return value === undefined || typeof value === "string" ? "text" : value.type;
}

/** Texts of an event are whole words, and what is named is used. */
export function checkPlaceholders(
  {
    on: { input },
    command = [],
    env = {},
  }: {
    on: Pick<EventStart, "input">;
    command?: string[] | undefined;
    env?: Record<string, string> | undefined;
  },
  report: Report,
): void {
  const words = [
    ...command.map((word) => ({ path: ["command"], word })),
    ...Object.entries(env).map(([name, word]) => ({ path: ["env", name], word })),
  ];
  const used = new Set<string>();
  for (const { path, word } of words) {
    for (const name of placeholdersIn(word, input)) {
      used.add(name);
      if (word === `<${name}>` || typeOf(input[name]) === "number") continue;
      report(
        path,
        `has <${name}> within a longer text, where EventBridge does not escape it: make it a word of its own, or a variable of its own in \`env\``,
        word,
      );
    }
  }
  for (const name of Object.keys(input).filter((one) => !used.has(one)))
    report(
      ["on", "input", name],
      `is used nowhere: write <${name}> in \`command\` or \`env\`, or leave it out`,
    );
}
