import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { engineConfig, engineYaml } from "../../../src/adapters/engine/engine-yaml.js";
import { runProcess } from "../../../src/adapters/engine/process.js";
import { hostileTexts } from "../../harness/untrusted-input.js";
import { realEngine, temporaryFolder } from "./support/engine.js";

/** What one YAML reader or another takes for no text, or for another text. */
const traps = [
  ...["2024-01-01", "2024-1-1", "2024-01-01T10:00:00Z", "2024-01-01 10:00:00", "2024-01-01t1:2:3.5+02:00"],
  ...["1_000", "0b101", "0o17", "0777", "08", "0x1F", "0x_1F", "12:30:45", "190:20:30", "1,000", "+5", "-0"],
  ...["1e3", "1E+3", "1.10", "1.", ".5", "-.5", "685_230.15", "1.0e+400", ".inf", "-.INF", ".nan", ".NaN"],
  ...["12345678901234567890", "012345678912", "00", "0", "", "~", "null", "Null", "NULL", "nil", "=", "<<"],
  ...["yes", "no", "on", "off", "y", "n", "Y", "NO", "true", "True", "TRUE", "false"],
  ...[
    "!!binary aGk=",
    "!!str 1",
    "!x",
    "&a",
    "*a",
    "%YAML 1.1",
    "---",
    "...",
    "- a",
    "? a",
    ": a",
    "a: b",
    "a #b",
  ],
  ...["#", "|", ">", "@", "`", "{", "[", "]", "}", ",", "'", '"', "\\", "\\n", "\\u0041", "''", '""'],
  ...[
    "\n",
    "\n\n",
    " \n ",
    "\r",
    "\r\n",
    "\t",
    " a ",
    "\u0085",
    "\u2028",
    "\u2029",
    "\ufeff",
    "a\ufeff",
    "\0",
  ],
  ...[
    "\u0007",
    "\u001b[2J",
    "\u007f",
    "\u0080",
    "\u009f",
    "\ufffd",
    "\ufffe",
    "\uffff",
    "\u{1f600}",
    "\u{10ffff}",
  ],
  ...'{}|[]|[1]|{"a": 1}|a'.split("|"),
  "x".repeat(5_000),
];
const texts = [...traps, ...hostileTexts.filter((text) => !/\p{Surrogate}/u.test(text))];

const any = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(...texts));
const readable = (text: string) => !/^\s*[\n\r\u0085\u2028\u2029]/.test(text);
const asKey = (text: string) => readable(text) && text !== "<<";

describe("bug 2, F47: text is the same to every YAML reader", () => {
  it("in YAML 1.1 and 1.2, any text of Unicode, as value and as key", () => {
    fc.assert(
      fc.property(any.filter(asKey), any.filter(readable), (key, text) => {
        const value = { [key]: [text, { text }] };
        for (const version of ["1.1", "1.2"] as const) {
          expect(parse(engineYaml(value), { version, merge: true })).toEqual(value);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("as the JSON that programs are given, any text of Unicode at all", () => {
    fc.assert(
      fc.property(any, any, (key, text) => {
        const { a } = engineConfig({ a: { [key]: [text] } });
        expect(JSON.parse(String(a))).toEqual({ [key]: [text] });
        expect(a).toMatch(/^[ -~]*$/);
      }),
      { numRuns: 500 },
    );
  });

  it("keeps what is no text, and secrets as the engine decrypts them", () => {
    const value = { a: [1, 1.5, 1e21, true, false, null], b: {}, c: [] };
    expect(parse(engineYaml({ ...value, d: undefined }), { version: "1.1" })).toEqual(value);
    const secret = { a: { deep: [{ secure: "v1:x" }] }, b: { secure: "v1:y" } };
    expect(engineConfig(secret)).toEqual(secret);
  });

  it("has keys in the order that the plain CLI has them in", () => {
    const value = { b: 1, a: { "\u{1f600}": 1, "\uffff": 2, B: 3 }, A: [{ d: 1, c: 2 }] };
    const text = String(engineConfig({ v: value })["v"]);
    expect(Object.keys(JSON.parse(text) as object)).toEqual(["A", "a", "b"]);
    expect(text).toMatch(/"B".*uffff.*ud83d/);
  });

  it("refuses what no engine can be given", () => {
    for (const text of ["x\ud800", "\udc00x", "\ud800\ud800\udc00"]) {
      expect(() => engineYaml({ a: text })).toThrow(/surrogate/);
      expect(() => engineConfig({ a: { b: [text] } })).toThrow(/surrogate/);
      expect(() => engineConfig({ a: { [text]: 1 } })).toThrow(/surrogate/);
    }
    expect(() => engineYaml({ "<<": "x" })).toThrow(/merge/);
    expect(() => engineYaml({ a: "\nx" })).toThrow(/line break/);
  });

  it("bug 3: to the engine itself, characters of all Unicode and every trap in one reading", async () => {
    const sampled = fc.sample(fc.string({ unit: "binary", maxLength: 30 }), 500);
    const kept = [...texts, ...sampled].filter(readable);
    const config = {
      "moorage:values": [...texts, ...allCharacters(), ...sampled],
      "moorage:named": Object.fromEntries([...texts, ...sampled].map((text) => [text, text])),
      ...Object.fromEntries(texts.filter(readable).map((value, index) => [`moorage:top${index}`, value])),
    };
    // What stands beside a secret is written as it is.
    const beside = { "moorage:beside": kept };
    const read = await readByEngine(await temporaryFolder(), { ...engineConfig(config), ...beside });
    expect(read).toEqual({ ...config, ...beside });
  }, 60_000);
});

/** Every character of the basic plane once, and every 61st above it, in texts of some thousands. */
function allCharacters(): string[] {
  const basic = Array.from({ length: 0x10000 }, (_, code) => code).filter(
    (code) => code < 0xd800 || code > 0xdfff,
  );
  const above = Array.from({ length: 0x100000 / 61 }, (_, index) => 0x10000 + index * 61);
  const all = [...basic, ...above, 0x10ffff];
  const runs: string[] = [];
  for (let at = 0; at < all.length; at += 8_192) {
    runs.push(
      all
        .slice(at, at + 8_192)
        .map((code) => String.fromCodePoint(code))
        .join(""),
    );
  }
  const edges = all.filter((code) => code < 0x400 || (code >= 0x2000 && code < 0x2100));
  return [...runs, ...edges.map((code) => String.fromCodePoint(code))];
}

async function readByEngine(
  folder: string,
  config: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const { path: binary } = await realEngine();
  await mkdir(join(folder, "state"));
  await writeFile(join(folder, "Pulumi.yaml"), engineYaml({ name: "moorage", runtime: "nodejs" }));
  const env = {
    ...process.env,
    PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
    PULUMI_HOME: join(folder, "home"),
    PULUMI_CONFIG_PASSPHRASE: "",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
  const pulumi = async (...args: string[]) => {
    const end = await runProcess(binary, [...args, "--non-interactive"], { cwd: folder, env, graceMs: 0 });
    expect(end, end.stderr.slice(-2_000)).toMatchObject({ code: 0 });
    return end.stdout;
  };
  await pulumi("stack", "init", "dev");
  await writeFile(join(folder, "Pulumi.dev.yaml"), engineYaml({ config }));
  const answer = JSON.parse(await pulumi("config", "--json", "--stack", "dev")) as Record<
    string,
    { value: string }
  >;
  return Object.fromEntries(
    Object.entries(answer).map(([key, { value }]) => [
      key,
      /^moorage:[^t]/.test(key) ? JSON.parse(value) : value,
    ]),
  );
}
