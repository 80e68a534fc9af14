import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { finders } from "../../src/adapters/aws/lookup.js";
import { githubFinders } from "../../src/features/setup/infra/lookup-github.js";
import { constructVpc } from "../../packages/local-aws/src/components/vpc.js";
import { root } from "../harness/sandbox.js";

/** Types of resources that the programs make, as they import them. Calls (`getVpc`) make nothing. */
function declaredTypes(): string[] {
  const used = /from "@pulumi\/(aws|github)\/([a-z0-9]+\/)?([A-Za-z0-9]+)\.js"/g;
  const texts = readdirSync(join(root, "stacks"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), "utf8"));
  const found = texts.flatMap((text) =>
    [...text.matchAll(used)].flatMap(([, provider = "", module = "index/", name = ""]) =>
      name.startsWith("get")
        ? []
        : [`${provider}:${module}${name}:${name.charAt(0).toUpperCase()}${name.slice(1)}`],
    ),
  );
  return [...new Set(found)].sort();
}

/** What awsx's network is made of. */
async function networkTypes(): Promise<string[]> {
  const types = new Set<string>();
  const monitor = {
    resource: async ({ type, name }: { type: string; name: string }) => {
      types.add(type);
      return { id: name, urn: name, state: {} } as never;
    },
  };
  const inputs = {
    subnetStrategy: "Auto",
    natGateways: { strategy: "Single" },
    subnetSpecs: [{ type: "Public" }, { type: "Private" }],
  };
  await constructVpc({ monitor, name: "n", parent: "p", inputs, site: { account: "1", region: "r" } });
  return [...types].sort();
}

it("F41, correctness 1: every type of resource that a program declares can be looked up", async () => {
  const types = [...declaredTypes(), ...(await networkTypes())];
  expect(types.length).toBeGreaterThan(35);
  const known = new Set([...Object.keys(finders), ...Object.keys(githubFinders)]);
  expect(types.filter((type) => !known.has(type))).toEqual([]);
});
