import { StringDecoder } from "node:string_decoder";
import type { Readable } from "node:stream";

/** Longer lines are cut in pieces of so many characters, as Docker's log drivers do (16 KiB). */
const longest = 16_384;

/** Calls back with each line of a stream, without its ending; the last one need not have an ending. */
export function eachLine(stream: Readable, callback: (line: string) => void): void {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  stream.on("data", (chunk: Buffer) => {
    const lines = (rest + decoder.write(chunk)).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) for (const piece of pieces(line)) callback(piece);
    while (rest.length > longest) {
      const end = cutAt(rest, longest);
      callback(rest.slice(0, end));
      rest = rest.slice(end);
    }
  });
  stream.on("error", () => undefined);
  stream.once("close", () => {
    rest += decoder.end();
    if (rest !== "") callback(rest);
    rest = "";
  });
}

function pieces(line: string): string[] {
  const text = line.endsWith("\r") ? line.slice(0, -1) : line;
  if (text.length <= longest) return [text];
  const parts: string[] = [];
  for (let start = 0; start < text.length;) {
    const end = cutAt(text, start + longest);
    parts.push(text.slice(start, end));
    start = end;
  }
  return parts;
}

/** At most there, and not between the halves of one character. */
function cutAt(text: string, end: number): number {
  return /[\ud800-\udbff]/.test(text[end - 1] ?? "") && end < text.length ? end - 1 : end;
}
