import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { configSchema, foundationShape } from "../../src/config/schema.js";
import { serviceShape } from "../../src/config/service-schema.js";

const page = readFileSync(new URL("../../docs/configuration.md", import.meta.url), "utf8");

it.each([
  ["the namespace", configSchema.shape],
  ["a service", serviceShape],
  ["a foundation", foundationShape.shape],
])("docs/configuration.md names every setting of %s", (_title, shape) => {
  expect(Object.keys(shape).filter((key) => !page.includes(`\`${key}\``))).toEqual([]);
});
