import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { root } from "../harness/sandbox.js";
import { lintWorkflow } from "./lint-workflow.js";
import { read } from "../workflows/files.js";

const file = join(root, "examples/end-to-end/.github/workflows/preview.yml");

await lintWorkflow(file);

it("issue 14.6: end-to-end tests follow what the preview's workflow gives, without a role or a secret", () => {
  const text = readFileSync(file, "utf8");
  const used = [...text.matchAll(/needs\.preview\.outputs\.([\w-]+)/g)].map(([, name]) => name);
  const given = Object.keys(read("preview").on["workflow_call"]?.outputs ?? {});
  expect(used).toEqual(["verdict", "url", "image-tag"]);
  expect(given).toEqual(expect.arrayContaining(used));
  const { jobs } = parse(text) as { jobs: Record<string, { permissions: object }> };
  expect(jobs["end-to-end"]?.permissions).toEqual({ contents: "read" });
});

it("calls it with the permissions that its jobs need", () => {
  const { jobs } = parse(readFileSync(file, "utf8")) as { jobs: Record<string, { permissions: object }> };
  const needed = Object.values(read("preview").jobs).map(({ permissions }) => permissions);
  expect(jobs["preview"]?.permissions).toEqual(Object.assign({}, ...needed) as object);
});
