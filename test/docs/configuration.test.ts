import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { githubShape } from "../../src/core/project/github-schema.js";
import { configSchema, foundationShape } from "../../src/core/project/schema.js";
import { serviceShape } from "../../src/core/project/service-shape.js";

const page = readFileSync(new URL("../../docs/configuration.md", import.meta.url), "utf8");

it.each([
  ["the namespace", configSchema.shape],
  ["a service", serviceShape],
  ["a foundation", foundationShape.shape],
])("docs/configuration.md names every setting of %s", (_title, shape) => {
  expect(Object.keys(shape).filter((key) => !page.includes(`\`${key}\``))).toEqual([]);
});

it("docs/setup.md names every setting of the stack github", () => {
  const setup = readFileSync(new URL("../../docs/setup.md", import.meta.url), "utf8");
  const { environments, main } = githubShape;
  const shapes = [githubShape, environments.unwrap().valueType.shape, main.def.innerType.shape];
  const settings = shapes.flatMap((shape) => Object.keys(shape));
  expect(settings.filter((key) => !setup.includes(`\`${key}\``))).toEqual([]);
});
