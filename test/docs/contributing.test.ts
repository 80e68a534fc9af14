import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

it.each(["ARCHITECTURE.md", "CONTRIBUTING.md"])("every path that %s names is there", (page) => {
  const text = readFileSync(join(root, page), "utf8");
  const paths =
    text.match(/(?<!packages\/local-aws\/)\b(?:bin|docs|packages|src|stacks|test)\/[\w./-]*[\w/]/g) ?? [];
  expect(paths.length).toBeGreaterThan(20);
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});
