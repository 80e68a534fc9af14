import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { errorCodesPage } from "../../tools/error-codes.js";
import { errorCodes } from "../../src/core/error-codes/index.js";
import { localErrorCodes } from "../../packages/local-aws/src/error-codes.js";
import { root } from "../harness/sandbox.js";

const page = readFileSync(join(root, "docs/error-codes.md"), "utf8");

it("docs/error-codes.md is current: `npm run docs:errors` writes it", async () => {
  expect(page).toBe(await errorCodesPage());
});

it("each code has one heading", () => {
  const headings = [...page.matchAll(/^### (.+)$/gm)].map(([, code]) => code);
  const codes = new Set([...Object.keys(errorCodes), ...Object.keys(localErrorCodes)]);
  expect(headings.toSorted()).toEqual([...codes].toSorted());
});

it("docs/troubleshooting.md leads to it", () => {
  expect(readFileSync(join(root, "docs/troubleshooting.md"), "utf8")).toContain("(error-codes.md)");
});
