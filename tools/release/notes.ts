/**
 * What a release says: `npm run -s release:notes -- v1.2.3` writes the section of CHANGELOG.md for that version to stdout.
 * Exits with 2 where package.json has another version, or the changelog has nothing on it.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { notesOf } from "./changelog.js";

const read = (name: string) => readFileSync(fileURLToPath(new URL(`../../${name}`, import.meta.url)), "utf8");
const { version } = JSON.parse(read("package.json")) as { version: string };
const notes = notesOf(process.argv[2] ?? "", version, read("CHANGELOG.md"));
if ("problem" in notes) {
  process.stderr.write(`${notes.problem}\n`);
  process.exit(2);
}
process.stdout.write(notes.text);
