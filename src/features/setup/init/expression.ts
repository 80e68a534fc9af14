/**
 * GitHub's expressions, as far as a workflow's inputs are folded into them. Source: GitHub docs, "Evaluate expressions in
 * workflows and actions".
 */
export type Expression =
  | { kind: "literal"; value: string | boolean | number | null }
  /** A context's property, as it is written: `github.event.pull_request.labels.*.name`. */
  | { kind: "path"; text: string }
  | { kind: "call"; name: string; args: Expression[] }
  | { kind: "not"; of: Expression }
  | { kind: "binary"; operator: string; left: Expression; right: Expression };

const tokenForm =
  /\s*('(?:[^']|'')*'|&&|\|\||[=!<>]=|[<>!(),]|-?[0-9]+(?:\.[0-9]+)?|[A-Za-z_][\w-]*(?:\.[\w*-]+|\[[^\]]*\])*)/y;

/** From the weakest to the strongest. */
const levels = [["||"], ["&&"], ["==", "!="], ["<", "<=", ">", ">="]];

/** Raises an error for what it does not know: our own workflows' tests see it. */
export function parseExpression(text: string): Expression {
  const tokens = tokensOf(text);
  let at = 0;
  const take = () => tokens[at++];
  const binary = (level: number): Expression => {
    const operators = levels[level];
    if (operators === undefined) return unary();
    let left = binary(level + 1);
    while (operators.includes(tokens[at] ?? "")) {
      const operator = take() ?? "";
      left = { kind: "binary", operator, left, right: binary(level + 1) };
    }
    return left;
  };
  const unary = (): Expression => {
    const token = take() ?? "";
    if (token === "!") return { kind: "not", of: unary() };
    if (token === "(") return closed(binary(0));
    if (/^['\d-]|^(true|false|null)$/.test(token)) return { kind: "literal", value: literalOf(token) };
    if (!/^[A-Za-z_]/.test(token)) throw new Error(`${JSON.stringify(text)}: unexpected ${token}`);
    if (tokens[at] !== "(") return { kind: "path", text: token };
    take();
    const args: Expression[] = [];
    while (tokens[at] !== ")") {
      args.push(binary(0));
      if (tokens[at] === ",") take();
    }
    return closed({ kind: "call", name: token, args });
  };
  const closed = (inner: Expression) => {
    if (take() !== ")") throw new Error(`${JSON.stringify(text)}: a parenthesis is not closed`);
    return inner;
  };
  const whole = binary(0);
  if (at !== tokens.length) throw new Error(`${JSON.stringify(text)}: unexpected ${tokens[at] ?? ""}`);
  return whole;
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  const form = new RegExp(tokenForm);
  while (text.slice(form.lastIndex).trim() !== "") {
    const at = form.lastIndex;
    const found = form.exec(text);
    if (found?.[1] === undefined) throw new Error(`${JSON.stringify(text)}: unknown at ${String(at)}`);
    tokens.push(found[1]);
  }
  return tokens;
}

function literalOf(token: string): string | boolean | number | null {
  if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
  if (token === "null") return null;
  return token === "true" || token === "false" ? token === "true" : Number(token);
}

/** What stands in an input's place: a value, or an expression that gives one. */
export type Known = ReadonlyMap<string, string | boolean | Expression>;

/** With known inputs in their places. In a condition only what is true and what is false counts, not the value. */
export function foldExpression(expression: Expression, known: Known, isCondition = false): Expression {
  switch (expression.kind) {
    case "literal":
      return expression;
    case "path": {
      const value = known.get(expression.text);
      if (typeof value === "object") return value;
      return value === undefined ? expression : { kind: "literal", value };
    }
    case "call":
      return foldCall({ ...expression, args: expression.args.map((one) => foldExpression(one, known)) });
    case "not": {
      const of = foldExpression(expression.of, known, true);
      return of.kind === "literal" ? { kind: "literal", value: !of.value } : { kind: "not", of };
    }
    case "binary":
      return foldBinary(expression, known, isCondition);
  }
}

/** `format` of nothing but literals is one. */
function foldCall(call: Expression & { kind: "call" }): Expression {
  const [form, ...values] = call.args.map((one) => (one.kind === "literal" ? String(one.value) : undefined));
  if (call.name !== "format" || form === undefined || values.includes(undefined)) return call;
  return {
    kind: "literal",
    value: form.replaceAll(/\{(\d+)\}/g, (_, at: string) => values[Number(at)] ?? ""),
  };
}

function isGiven(expression: Expression, known: Known): boolean {
  return expression.kind === "path" && typeof known.get(expression.text) === "object";
}

type Binary = Expression & { kind: "binary" };

function foldBinary(expression: Binary, known: Known, isCondition: boolean): Expression {
  const { operator } = expression;
  const isLogic = operator === "&&" || operator === "||";
  const left = foldExpression(expression.left, known, isLogic && isCondition);
  const right = foldExpression(expression.right, known, isLogic && isCondition);
  // What is given stands in place of what would else: another app's variable, say.
  if (operator === "||" && isGiven(expression.left, known)) return left;
  if (isLogic && left.kind === "literal") return Boolean(left.value) === (operator === "&&") ? right : left;
  if (isLogic && isCondition && right.kind === "literal")
    return Boolean(right.value) === (operator === "&&") ? left : right;
  if (!isLogic && left.kind === "literal" && right.kind === "literal" && /^[!=]=$/.test(operator)) {
    const areSame = String(left.value).toLowerCase() === String(right.value).toLowerCase();
    return { kind: "literal", value: areSame === (operator === "==") };
  }
  return { ...expression, left, right };
}

/** As GitHub reads it, without `${{ }}`. */
export function expressionText(expression: Expression, above = -1): string {
  switch (expression.kind) {
    case "literal":
      return typeof expression.value === "string"
        ? `'${expression.value.replaceAll("'", "''")}'`
        : String(expression.value);
    case "path":
      return expression.text;
    case "call":
      return `${expression.name}(${expression.args.map((one) => expressionText(one)).join(", ")})`;
    case "not":
      return `!${expressionText(expression.of, levels.length)}`;
    case "binary": {
      const level = levels.findIndex((operators) => operators.includes(expression.operator));
      const { left, operator, right } = expression;
      const text = `${expressionText(left, level)} ${operator} ${expressionText(right, level + 1)}`;
      return level < above ? `(${text})` : text;
    }
  }
}
