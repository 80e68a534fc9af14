import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { parseConfig } from "../../../src/core/project/parse.js";
import { readProject, readStackFile } from "../../../src/core/project/project.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));

it.each(["dev", "staging", "prod"])("the repository's own Pulumi.%s.yaml has no mistake", async (stack) => {
  const { config, source } = await readStackFile(await readProject(root), stack);
  const { services, smoke } = parseConfig(config, source);
  expect(services["web"]).toMatchObject({ repository: "hello", health: { path: "/health" } });
  expect(smoke).toMatchObject([{ path: "/healthz" }]);
});
