import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Metafile } from "esbuild";
import { billOfMaterials } from "../../tools/bundle/sbom.js";
import { root } from "../harness/sandbox.js";

interface Bill {
  specVersion: string;
  metadata: { component: { name: string; version: string } };
  components: {
    name: string;
    version: string;
    purl: string;
    licenses?: unknown;
    hashes?: { content: string }[];
  }[];
  dependencies: { ref: string; dependsOn: string[] }[];
}

const of = (inputs: Record<string, number>): Bill => {
  const outputs = {
    "dist/main.js": {
      bytes: 1,
      exports: [],
      imports: [],
      inputs: Object.fromEntries(
        Object.entries(inputs).map(([input, bytesInOutput]) => [input, { bytesInOutput }]),
      ),
    },
  };
  return JSON.parse(billOfMaterials({ inputs: {}, outputs } as Metafile, root)) as Bill;
};

it("names each package that has a byte in the bundle, once, with its version, license and the lock's hash", () => {
  const bill = of({
    "src/cli/main.ts": 10,
    "node_modules/zod/index.js": 5,
    "node_modules/zod/v4/core.js": 5,
    "node_modules/@octokit/core/dist-src/index.js": 5,
    "named:node_modules/ms/index.js": 5,
    "node_modules/semver/index.js": 0,
  });
  expect(bill.components.map(({ name }) => name)).toEqual(["@octokit/core", "ms", "zod"]);
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    packages: Record<string, { version: string; integrity: string }>;
  };
  const { version = "", integrity = "" } = lock.packages["node_modules/@octokit/core"] ?? {};
  expect(bill.components[0]).toMatchObject({
    version,
    purl: `pkg:npm/%40octokit/core@${version}`,
    licenses: [{ license: { id: "MIT" } }],
  });
  const hash = Buffer.from(bill.components[0]?.hashes?.[0]?.content ?? "", "hex").toString("base64");
  expect(`sha512-${hash}`).toBe(integrity);
  expect(bill.dependencies[0]?.dependsOn).toHaveLength(3);
});

it("issue 14.7: comes with the bundle, and knows its big parts", () => {
  const bill = JSON.parse(readFileSync(join(root, "dist/sbom.cdx.json"), "utf8")) as Bill;
  expect(bill).toMatchObject({ specVersion: "1.6", metadata: { component: { name: "moorage" } } });
  const names = bill.components.map(({ name }) => name);
  for (const name of ["@pulumi/pulumi", "@aws-sdk/client-ecs", "zod", "yaml"]) expect(names).toContain(name);
  expect(names).not.toContain("typescript");
  expect(new Set(bill.components.map(({ purl }) => purl)).size).toBeGreaterThan(50);
});
