import { readFile } from "node:fs/promises";
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Pair, parseDocument } from "yaml";
import { badRequest } from "../../../../core/errors.js";

export type Path = readonly (string | number)[];

/** A YAML file of another tool, with the places of what it says. */
export interface Source {
  /** As it is told: relative to the folder. */
  file: string;
  content: unknown;
  /** `compose.yaml:12`: where that is, or what it would be in. */
  at(path: Path): string;
}

/** Raises `import-unreadable` (exit 2) for what cannot be read, or is no YAML. */
export async function readSource(path: string, file: string): Promise<Source> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw unreadable(file, (error as Error).message, error);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: "silent", merge: true });
  const [mistake] = document.errors;
  if (mistake !== undefined) throw unreadable(file, mistake.message.split("\n")[0] ?? "", mistake);
  let content: unknown;
  try {
    content = document.toJS();
  } catch (error) {
    throw unreadable(file, (error as Error).message, error);
  }
  return { file, content, at: (wanted) => `${file}${lineOf(document, lines, wanted)}` };
}

function lineOf(document: Document, lines: LineCounter, path: Path): string {
  let node: unknown = document.contents;
  let offset = startOf(node);
  for (const part of path) {
    const pair = pairIn(node, part, document);
    node = pair?.value ?? (isSeq(node) && typeof part === "number" ? node.items[part] : undefined);
    if (isAlias(node)) node = node.resolve(document);
    const found = startOf(pair?.key) ?? startOf(node);
    if (found === undefined) break;
    offset = found;
  }
  return offset === undefined ? "" : `:${lines.linePos(offset).line}`;
}

/** In a map itself, else in what is merged into it (`<<: *app`). */
function pairIn(node: unknown, name: string | number, document: Document): Pair | undefined {
  if (!isMap(node)) return undefined;
  const keyOf = ({ key }: Pair) => (isScalar(key) ? key.value : undefined);
  const own = node.items.find((pair) => keyOf(pair) === name);
  if (own !== undefined) return own;
  const merged = node.items
    .filter((pair) => String(keyOf(pair)).includes("<<"))
    .flatMap(({ value }) => (isSeq(value) ? value.items : [value]));
  return merged
    .map((one) => pairIn(isAlias(one) ? one.resolve(document) : one, name, document))
    .find((pair) => pair !== undefined);
}

function startOf(node: unknown): number | undefined {
  return (node as { range?: readonly number[] | null } | null | undefined)?.range?.[0];
}

function unreadable(file: string, why: string, cause: unknown): Error {
  return badRequest(
    "import-unreadable",
    `${file} cannot be imported: ${why}`,
    "Name a file that can be read, or correct it.",
    cause,
  );
}
