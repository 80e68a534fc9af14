import { expect, it } from "vitest";
import {
  type Expression,
  expressionText,
  foldExpression,
  parseExpression,
} from "../../../../src/features/setup/init/expression.js";

const known = new Map<string, string | boolean | Expression>([
  ["inputs.given", { kind: "path", text: "vars.ROLE_API" }],
  ["inputs.label", "it's"],
  ["inputs.none", ""],
  ["inputs.list", "[]"],
  ["inputs.off", false],
]);

const fold = (text: string, isCondition = false) =>
  expressionText(foldExpression(parseExpression(text), known, isCondition));

it.each([
  ["inputs.label || 'deploy'", "'it''s'"],
  ["inputs.none || 'deploy'", "'deploy'"],
  ["inputs.given || vars.ROLE", "vars.ROLE_API"],
  ["inputs.given == 'x'", "vars.ROLE_API == 'x'"],
  ["inputs.tag || inputs.label", "inputs.tag || 'it''s'"],
  ["github.event.pull_request.labels.*.name", "github.event.pull_request.labels.*.name"],
  ["contains(github.event.labels.*.name, inputs.none || 'a')", "contains(github.event.labels.*.name, 'a')"],
  ["(a || b) && !(c == 'x' || d)", "(a || b) && !(c == 'x' || d)"],
  ["a || b && c", "a || b && c"],
  ["a == (b == c)", "a == (b == c)"],
  ["inputs.list != '[]'", "false"],
  ["'IT''S' == inputs.label", "true"],
  ["a && inputs.list", "a && '[]'"],
  ["fromJSON(inputs.list || '[1]')", "fromJSON('[]')"],
])("folds %s into %s", (text, folded) => {
  expect(fold(text)).toBe(folded);
});

it.each([
  ["a && inputs.list && inputs.list != '[]'", "false"],
  ["!cancelled() && inputs.list != 'false'", "!cancelled()"],
  ["a || inputs.label", "'it''s'"],
  ["a || inputs.off", "a"],
])("folds the condition %s into %s", (text, folded) => {
  expect(fold(text, true)).toBe(folded);
});

it.each(["a &&", "(a", "a b", "a ~ b", "f(a"])("does not guess at %j", (text) => {
  expect(() => parseExpression(text)).toThrow(text.slice(0, 1));
});
