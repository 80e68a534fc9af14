/**
 * Around `npm pack`: `published` leaves in package.json what a package has (nothing to run, nothing to install), `checkout`
 * restores what was there. npm has no other way to publish another package.json than the one of the folder.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { publishedManifest } from "../../src/features/setup/install/package-files.js";

const file = fileURLToPath(new URL("../../package.json", import.meta.url));
const kept = `${file}.checkout`;

if (process.argv[2] === "published") {
  // A pack that was interrupted has left it.
  if (existsSync(kept)) renameSync(kept, file);
  const text = readFileSync(file, "utf8");
  writeFileSync(kept, text);
  writeFileSync(file, publishedManifest(JSON.parse(text) as Record<string, unknown>));
} else if (existsSync(kept)) {
  renameSync(kept, file);
}
