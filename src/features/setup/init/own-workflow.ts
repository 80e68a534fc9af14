import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  parseDocument,
  Scalar,
  visit,
  type YAMLMap,
} from "yaml";
import { expressionText, foldExpression, type Known, parseExpression } from "./expression.js";
import { readWorkflow } from "./workflow.js";

export interface OwnWorkflow {
  /** Values for inputs that differ from their defaults. */
  values: Readonly<Record<string, string>>;
  /** What runs Moorage: a command and its first words; the package of `moorage` where it is undefined. */
  command: string | undefined;
  /** Changes the triggers. */
  change(triggers: YAMLMap): void;
  /** Makes names of jobs an app's own, where a repository has several. */
  suffix: string;
}

const whole = /^\$\{\{((?:(?!\}\}).)*)\}\}$/s;

/** Steps that bring Moorage, by the convention of Moorage's own workflows. */
const installation = "Install Moorage";

/**
 * One of Moorage's workflows as a repository's own: nobody calls it, so that the inputs that a caller would give are folded
 * into it. Undefined for a workflow that cannot be called, which is Moorage's own affair.
 */
export function ownWorkflow(
  text: string,
  { values, command, change, suffix }: OwnWorkflow,
): string | undefined {
  if (readWorkflow(text) === undefined) return undefined;
  const document = parseDocument(text);
  const known = knownInputs(document, values);
  document.deleteIn(["on", "workflow_call"]);
  change(document.getIn(["on"], true) as YAMLMap);
  if (command !== undefined) runWith(document, command);
  foldIn(document, known);
  dropNeedsOfGoneJobs(document);
  if (suffix !== "") nameFor(document, suffix);
  const before = document.commentBefore;
  const written = " Written by `moorage init`, renewed by `moorage upgrade`.";
  document.commentBefore = !before ? written : `${written}\n${before}`;
  // Where a job was, its comment's indentation stays.
  return document.toString({ lineWidth: 0, flowCollectionPadding: false }).replaceAll(/[ \t]+$/gm, "");
}

/** Inputs that nobody gives by hand: the values, else the defaults. */
function knownInputs(document: Document, values: Readonly<Record<string, string>>): Known {
  const called = document.getIn(["on", "workflow_call", "inputs"], true);
  const asked = document.getIn(["on", "workflow_dispatch", "inputs"], true);
  if (!isMap(called)) return new Map();
  const names = called.items.map(({ key }) => String(isScalar(key) ? key.value : key));
  return new Map(
    names
      .filter((name) => !(isMap(asked) && asked.has(name)))
      .map((name) => {
        const fallback = called.getIn([name, "default"]);
        const isBoolean = called.getIn([name, "type"]) === "boolean";
        const value = values[name] ?? (isBoolean ? fallback === true : String(fallback ?? ""));
        const inner = typeof value === "string" ? whole.exec(value)?.[1] : undefined;
        return [`inputs.${name}`, inner === undefined ? value : parseExpression(inner)];
      }),
  );
}

/** Moorage is there already: nothing brings it, and what npm needs goes. */
function runWith(document: Document, command: string): void {
  const env = document.get("env", true);
  if (isMap(env)) {
    for (const name of ["NPM_CONFIG_SCRIPT_SHELL", "MOORAGE_FOLDER"]) env.delete(name);
    env.set("MOORAGE", command);
    const [first] = env.items;
    // The comment of what went before it.
    if (first !== undefined && isScalar(first.key)) env.commentBefore = undefined;
  }
  for (const job of jobsOf(document)) {
    const steps = job.get("steps", true);
    if (!isSeq(steps)) continue;
    steps.items = steps.items.filter((step) => !isMap(step) || step.get("name") !== installation);
  }
}

function jobsOf(document: Document): YAMLMap[] {
  const jobs = document.get("jobs", true);
  return isMap(jobs) ? jobs.items.map(({ value }) => value).filter(isMap) : [];
}

const each = /\$\{\{(.*?)\}\}/gs;

/** A condition that is always true goes; what it can never let run goes with it. */
function foldIn(document: Document, known: Known): void {
  visit(document, {
    Map(_, map) {
      const condition = map.get("if", true);
      if (!isScalar(condition) || typeof condition.value !== "string") return undefined;
      const text = whole.exec(condition.value)?.[1] ?? condition.value;
      const folded = foldExpression(parseExpression(text), known, true);
      if (folded.kind === "literal" && !folded.value) return visit.REMOVE;
      if (folded.kind === "literal") map.delete("if");
      else map.set("if", conditionOf(condition, expressionText(folded)));
      return undefined;
    },
    Pair(_, pair) {
      return isMap(pair.value) && neverRuns(pair.value, known) ? visit.REMOVE : undefined;
    },
    Scalar(key, scalar) {
      if (key === "key" || typeof scalar.value !== "string" || !scalar.value.includes("${{"))
        return undefined;
      const only = whole.exec(scalar.value);
      const folded = only?.[1] === undefined ? undefined : foldExpression(parseExpression(only[1]), known);
      const list = folded?.kind === "call" && folded.name === "fromJSON" ? folded.args[0] : undefined;
      if (list?.kind === "literal")
        return document.createNode(JSON.parse(String(list.value)), { flow: true });
      scalar.value = folded?.kind === "literal" ? folded.value : foldText(scalar.value, known);
      return undefined;
    },
  });
}

function neverRuns(map: YAMLMap, known: Known): boolean {
  const condition = map.get("if");
  if (typeof condition !== "string") return false;
  const folded = foldExpression(parseExpression(whole.exec(condition)?.[1] ?? condition), known, true);
  return folded.kind === "literal" && !folded.value;
}

/** YAML takes a `!` at the beginning for a tag. */
function conditionOf(before: Scalar, text: string): Scalar {
  const condition = new Scalar(text.startsWith("!") ? `\${{ ${text} }}` : text);
  if (before.type !== undefined && before.type !== "PLAIN") condition.type = before.type;
  if (before.type === "QUOTE_DOUBLE" && text.startsWith("!")) condition.value = text;
  return condition;
}

function foldText(text: string, known: Known): string {
  return text.replaceAll(each, (_, inner: string) => {
    const folded = foldExpression(parseExpression(inner), known);
    return folded.kind === "literal" ? String(folded.value ?? "") : `\${{ ${expressionText(folded)} }}`;
  });
}

function dropNeedsOfGoneJobs(document: Document): void {
  const jobs = document.get("jobs", true) as YAMLMap;
  for (const job of jobsOf(document)) {
    const needs = job.get("needs", true);
    if (isSeq(needs)) needs.items = needs.items.filter((one) => isScalar(one) && jobs.has(one.value));
    const none = isSeq(needs) ? needs.items.length === 0 : isScalar(needs) && !jobs.has(needs.value);
    if (none) job.delete("needs");
  }
}

/** Checks of two apps in one repository are told apart by their jobs' names. */
function nameFor(document: Document, suffix: string): void {
  document.set("name", `${String(document.get("name"))} (${suffix})`);
  for (const { key, value } of (document.get("jobs", true) as YAMLMap).items as Pair[]) {
    if (isMap(value))
      value.set("name", `${String(value.get("name") ?? (isScalar(key) ? key.value : key))} (${suffix})`);
  }
  const followed = document.getIn(["on", "workflow_run", "workflows"], true);
  if (!isSeq(followed)) return;
  for (const name of followed.items) if (isScalar(name)) name.value = `${String(name.value)} (${suffix})`;
}
