import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { LineCounter, isNode, parseDocument } from "yaml";
import { badRequest } from "../errors.js";

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
    return await readFile(file, "utf8");
  } catch (error) {
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

/** What `readYaml` does, for text that is at hand. */
export function parseYaml(text: string, name: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false });
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const mistake = document.errors[0];
  if (mistake) throw invalid(name, at(mistake.pos[0]), mistake.message);
  const content: unknown = document.toJS() ?? {};
  if (typeof content !== "object" || content === null || Array.isArray(content)) {
    throw invalid(name, { line: 1, column: 1 }, "The file must be a mapping of keys to values.");
  }
  const locate = (path: readonly (string | number)[]): Position => {
    for (let depth = path.length; depth > 0; depth--) {
      const node: unknown = document.getIn(path.slice(0, depth), true);
      if (isNode(node) && node.range) return at(node.range[0]);
    }
    return { line: 1, column: 1 };
  };
  return { name, content: content as Record<string, unknown>, locate };
}

function invalid(name: string, { line, column }: Position, why: string): Error {
  return badRequest(
    "yaml-invalid",
    `${name}:${line}:${column}: ${why}`,
    "Correct the file there; values that hold a colon followed by a space need quotes.",
  );
}
