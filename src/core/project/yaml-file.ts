import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { type Document, LineCounter, isNode, parseDocument } from "yaml";
import { badRequest, MoorageError } from "../errors.js";
import { findUnclear } from "./unclear-yaml.js";

/** 1-based, as editors and GitHub annotations count. */
export interface Position {
  line: number;
  column: number;
}

export interface YamlFile {
  /** The file's name, for messages: `Pulumi.dev.yaml`. */
  name: string;
  content: Record<string, unknown>;
  /** Where a value stands, or the nearest thing above it that exists. */
  locate(path: readonly (string | number)[]): Position;
  /** What YAML readers read differently at or below a path (F47). */
  unclear(path: readonly (string | number)[]): UnclearValue[];
}

export interface UnclearValue extends Position {
  path: (string | number)[];
  message: string;
}

/**
 * Reads a yaml file whose top is a mapping; undefined when there is no such file.
 * Throws a bad request: `yaml-unreadable`, or `yaml-invalid` with line and column of the first mistake.
 */
export async function readYaml(file: string): Promise<YamlFile | undefined> {
  const text = await readText(file);
  return text === undefined ? undefined : parseYaml(text, basename(file));
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return decode(await readFile(file), basename(file));
  } catch (error) {
    if (error instanceof MoorageError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw badRequest(
      "yaml-unreadable",
      `${file} cannot be read: ${message}.`,
      "Make it a readable file.",
      error,
    );
  }
}

/** YAML 1.2, 5.2, "Character encodings": UTF-8, or UTF-16 with a byte order mark. What is neither is not guessed at. */
function decode(bytes: Buffer, name: string): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw invalid(name, { line: 1, column: 1 }, "The file is not UTF-8.", "Save it as UTF-8.");
  }
}

/** What `readYaml` does, for text that is at hand. */
export function parseYaml(text: string, name: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false });
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  checkCharacters(text, name, at);
  const mistake = document.errors[0];
  if (mistake) throw invalid(name, at(mistake.pos[0]), mistake.message);
  if (document.directives.yaml.explicit && document.directives.yaml.version !== "1.2") {
    throw invalid(name, { line: 1, column: 1 }, "The file asks for YAML 1.1.", "Remove its %YAML line.");
  }
  const content = contentOf(document, name);
  const locate = (path: readonly (string | number)[]): Position => {
    for (let depth = path.length; depth > 0; depth--) {
      const node: unknown = document.getIn(path.slice(0, depth), true);
      if (isNode(node) && node.range) return at(node.range[0]);
    }
    return { line: 1, column: 1 };
  };
  const unclear = (path: readonly (string | number)[]) =>
    findUnclear(document, path).map(({ offset, ...what }) => ({ ...what, ...at(offset) }));
  return { name, content, locate, unclear };
}

function contentOf(document: Document, name: string): Record<string, unknown> {
  const top = { line: 1, column: 1 };
  let content: unknown;
  try {
    content = document.toJS() ?? {};
    JSON.stringify(content);
  } catch (error) {
    // An alias without its anchor, within itself, or to very many others.
    const why = error instanceof ReferenceError ? error.message : "An anchor holds an alias of itself";
    throw invalid(name, top, `${why}.`, "Correct its anchors and aliases.");
  }
  if (typeof content !== "object" || content === null || Array.isArray(content)) {
    throw invalid(name, top, "The file must be a mapping of keys to values.");
  }
  return content as Record<string, unknown>;
}

/** Line breaks to YAML 1.1 and characters to YAML 1.2, or the other way round. */
function checkCharacters(text: string, name: string, at: (offset: number) => Position): void {
  const found = /[\u0085\u2028\u2029]|\r(?!\n)|(?!^)\ufeff/.exec(text);
  if (found === null) return;
  const code = found[0].charCodeAt(0).toString(16).padStart(4, "0");
  throw invalid(
    name,
    at(found.index),
    `The character U+${code.toUpperCase()} there is a line break, or not a character, for some YAML parsers.`,
    `Write \\u${code} within double quotes, or remove it.`,
  );
}

const usualHint = "Correct the file there; values that hold a colon followed by a space need quotes.";

function invalid(name: string, { line, column }: Position, why: string, hint = usualHint): Error {
  return badRequest("yaml-invalid", `${name}:${line}:${column}: ${why}`, hint);
}
