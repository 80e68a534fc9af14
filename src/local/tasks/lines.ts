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
      callback(rest.slice(0, longest));
      rest = rest.slice(longest);
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
  for (let index = 0; index < text.length; index += longest) parts.push(text.slice(index, index + longest));
  return parts;
}
