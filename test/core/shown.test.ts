import { Readable } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { relativeTime, spanOf, tookSeconds } from "../../src/core/durations.js";
import { showLocal } from "../../src/commands/local/status.js";
import { plainReporter } from "../../src/cli/reporters.js";
import { eachLine } from "../../packages/local-aws/src/tasks/lines.js";
import { textOf } from "../../src/features/inspect/logs/lines.js";
import { describeChanges } from "../../src/features/deploy/plan/text.js";
import { describeFindings } from "../../src/features/inspect/verify/describe.js";
import { describeHistory } from "../../src/features/inspect/describe-record.js";
import type { HistoryRow } from "../../src/adapters/record/history.js";
import { shownCell, shownJson, shownLine, shownLines, shownOutput } from "../../src/core/shown.js";
import { describeStatus } from "../../src/features/inspect/status/describe.js";
import type { StatusRow } from "../../src/features/inspect/status/row.js";

/** What a terminal would obey, as apps may print it. */
const hostile: [string, string, string][] = [
  ["clearing the screen", "a\u001b[2J\u001b[Hb", "a\\x1b[2J\\x1b[Hb"],
  ["a title", "\u001b]0;pwned\u0007", "\\x1b]0;pwned\\a"],
  ["a link", "\u001b]8;;https://evil.example\u001b\\x", "\\x1b]8;;https://evil.example\\x1b\\x"],
  ["the clipboard", "\u001b]52;c;cm0gLXJm\u0007", "\\x1b]52;c;cm0gLXJm\\a"],
  ["a device control string", "\u001bP$q q\u001b\\", "\\x1bP$q q\\x1b\\"],
  ["C1's CSI", "\u009b2J", "\\x9b2J"],
  ["C1's OSC", "\u009d0;x\u009c", "\\x9d0;x\\x9c"],
  ["carriage return", "good\rbad", "good\\rbad"],
  ["backspace and DEL", "a\b\u007f", "a\\b\\x7f"],
  ["a null byte", "a\u0000b", "a\\0b"],
  ["text that turns around", "a\u202eb\u2066c", "a\\u{202e}b\\u{2066}c"],
  ["half a character", "a\ud83d", "a\ufffd"],
  ["colours", "\u001b[31mred\u001b[0m", "red"],
];

/** Anything that a terminal would obey, beside the end of a line and a tab. */
const obeyed = /(?![\n\t])[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u;

describe("F54: what apps and people write is shown, not obeyed", () => {
  it.each(hostile)("F54: %s", (_what, text, shown) => {
    expect(shownLines(text)).toBe(shown);
    expect(shownLine(`${text}\r\n`)).toBe(shown);
    expect(textOf({ id: "", timestamp: 0, service: "web", task: "", message: text }, 3)).toBe(
      `1970-01-01T00:00:00.000Z web  ${shown}`,
    );
    expect(JSON.parse(shownJson({ text }))).toEqual({ text });
    expect(shownJson({ text })).not.toMatch(obeyed);
  });

  it("F54: ordinary text of any script stays as it is", () => {
    const text = 'Grüße, 世界 👩‍👩‍👧 e\u0301 \t{"a":1} $HOME `x` \\n';
    expect([shownLines(text), shownLine(text), shownOutput(text)]).toEqual([text, text, text]);
  });

  it("F54: our own colours pass, nothing else does", () => {
    expect(shownOutput("\u001b[32mok\u001b[39m\u001b[2K")).toBe("\u001b[32mok\u001b[39m\\x1b[2K");
  });

  it("F54: a log's time that no date can hold is no failure", () => {
    for (const timestamp of [Infinity, NaN, 1e300, -1e300])
      expect(textOf({ id: "", timestamp, service: "web", task: "", message: "x" }, 3)).toMatch(/Z web {2}x$/);
  });

  it("F54: messages of a run", () => {
    let written = "";
    const reporter = plainReporter({ write: (text) => (written += text) }, Date.now());
    for (const [, text] of hostile) {
      reporter.notify({ kind: "detail", text });
      reporter.notify({ kind: "progress", text });
      reporter.notify({ kind: "warning", text, hint: text });
    }
    expect(written).not.toMatch(obeyed);
    expect(written).toContain("\\x1b]52;c;cm0gLXJm\\a");
  });

  it("F54: bytes that are no UTF-8, and characters at the end of a piece", async () => {
    const lines: string[] = [];
    const bytes = Buffer.concat([
      Buffer.from([0x61, 0xff, 0xfe, 0x0a]),
      Buffer.from(`${"x".repeat(16_383)}👍${"y".repeat(16_384)}👍`),
    ]);
    const stream = Readable.from([bytes.subarray(0, 10), bytes.subarray(10)], { objectMode: false });
    eachLine(stream, (line) => lines.push(line));
    await new Promise((resolve) => stream.once("close", resolve));
    expect(lines[0]).toBe("a\ufffd\ufffd");
    expect(lines.slice(1).join("")).toBe(`${"x".repeat(16_383)}👍${"y".repeat(16_384)}👍`);
    expect(lines.join("")).not.toMatch(/\p{Cs}/u);
  });
});

describe("F54: tables", () => {
  const row: StatusRow = {
    environment: "dev",
    stack: "dev",
    imageTag: "v1",
    digests: {},
    url: "http://dev.localhost/",
    deployedAt: "2026-01-01T00:00:00Z",
    by: "me",
    running: 1,
    desired: 1,
    health: "healthy",
    drift: [],
    alarms: null,
    jobs: null,
    scaling: null,
    status: "ready",
    problem: null,
  };
  const now = new Date("2026-01-01T03:00:00Z");
  /** Where a column begins, as a terminal would place it: wide characters take two cells, combining ones none. */
  const placeOf = (line: string, text: string) => {
    const before = stripVTControlCharacters(line.slice(0, line.indexOf(text)));
    return [...before].reduce(
      (sum, character) =>
        sum + (/\p{M}/u.test(character) ? 0 : /[\u3000-\u9fff\uff00-\uffef]/.test(character) ? 2 : 1),
      0,
    );
  };

  it("F54: columns stand in line, whatever a name holds", () => {
    const names = [
      "me",
      "世界の人",
      "e\u0301e\u0301",
      "a\tb",
      "a\nb\r\nc",
      "\u001b[31mred\u001b[0m",
      "\u001b[2J",
    ];
    const text = describeStatus(
      names.map((by) => ({ ...row, by })),
      now,
    );
    const lines = text.trimEnd().split("\n");
    expect(lines).toHaveLength(names.length + 1);
    const places = lines.slice(1).map((line) => placeOf(line, "http://"));
    expect(new Set(places).size).toBe(1);
    expect(shownOutput(text)).toBe(text);
  });

  it("F54: local status stands in columns and shows what names hold", () => {
    const service = {
      cluster: "c",
      running: 1,
      desired: 1,
      healthy: 1,
      taskDefinition: "t:1",
      url: "http://x/",
    };
    const services = [
      { ...service, stack: "pr-1", service: "web" },
      { ...service, stack: "staging", service: "api\u001b[2J", running: 10, desired: 10, url: undefined },
      { ...service, service: "lone" },
    ].map(({ url, ...rest }) => (url === undefined ? rest : { ...rest, url }));
    const place = {
      running: true,
      pid: 1,
      url: "u",
      registry: "r",
      endpoint: "e",
      home: "h",
      names: [],
      resources: [],
      unplayed: [],
      playable: { readOnly: "", user: "" },
    };
    const lines = showLocal({ ...place, services })
      .trimEnd()
      .split("\n")
      .slice(-3);
    expect(lines).toEqual([
      "  pr-1     web         1/1 running, 1 healthy    http://x/",
      "  staging  api\\x1b[2J  10/10 running, 1 healthy",
      "  -        lone        1/1 running, 1 healthy    http://x/",
    ]);
  });

  it("F54: a cell has a bound, and what is not known is empty", () => {
    expect(shownCell("x".repeat(10_000))).toHaveLength(200);
    expect([shownCell(null), shownCell(undefined), shownCell(0)]).toEqual(["", "", "0"]);
  });

  it.each([
    ["2026-01-01T02:59:58Z", "just now"],
    ["2026-01-01T03:00:30Z", "just now"],
    ["2026-01-01T02:59:00Z", "1 minute ago"],
    ["2026-01-01T00:00:00Z", "3 hours ago"],
    ["2025-12-31T03:00:00Z", "1 day ago"],
    ["2026-01-01T06:00:00Z", "in 3 hours"],
    ["2026-01-01T04:00:00Z", "in 1 hour"],
    ["soon", "unknown"],
  ])("F54: a status since %s says %s", (deployedAt, said) => {
    expect(describeStatus([{ ...row, deployedAt }], now)).toContain(said);
    expect(relativeTime(deployedAt, now)).toBe(said);
  });

  it("F54: spans have the right plural", () => {
    const minute = 60_000;
    const said = [0, 1000, 59_000, minute, 90 * minute, 60 * minute, 1440 * minute, 10 * 1440 * minute, NaN];
    expect(said.map(spanOf)).toEqual([
      "0 seconds",
      "1 second",
      "59 seconds",
      "1 minute",
      "90 minutes",
      "1 hour",
      "1 day",
      "10 days",
      "an unknown time",
    ]);
  });

  it("F54: nothing reads undefined, NaN or [object Object]", () => {
    const odd: HistoryRow[] = [
      ["2026-01-01T00:00:05Z", "2026-01-01T00:00:00Z"],
      ["never", "2026-01-01T00:00:00Z"],
      ["2026-01-01T00:00:00Z", null],
    ].map(
      ([startedAt, endedAt]) =>
        ({
          startedAt,
          endedAt,
          imageTag: "v\u001b[2J1",
          result: "failed",
          good: false,
          by: undefined,
          reason: "a\rb",
        }) as unknown as HistoryRow,
    );
    const texts = [
      describeHistory("dev", odd),
      describeStatus([{ ...row, deployedAt: "?", by: null, url: null, imageTag: null, health: null }], now),
    ];
    for (const text of texts) {
      expect(text).not.toMatch(/undefined|NaN|\[object|Invalid/);
      expect(shownOutput(text)).toBe(text);
    }
    expect(tookSeconds("2026-01-01T00:00:00Z", "2026-01-01T00:00:01.5Z")).toBe("1.5 s");
  });
});

it("F54: what is found and what is planned takes a line each, whatever it holds", () => {
  const odd = "a\nOK   cluster: fine\u001b[2J\u202e";
  const findings = describeFindings("dev", [{ check: `web/${odd}`, result: "SKIP", message: odd }]);
  expect(findings.split("\n")).toHaveLength(5);
  const plan = describeChanges("dev", {
    changes: {},
    refused: [],
    replacements: [],
    images: [],
    others: [
      {
        operation: "update",
        type: "aws:ecs/taskDefinition:TaskDefinition",
        name: "web",
        forcedBy: [],
        values: [{ path: "env", before: null, after: odd }],
      },
    ],
  } as unknown as Parameters<typeof describeChanges>[1]);
  expect(plan).toContain("env: a\\nOK   cluster: fine\\x1b[2J\\u{202e} (new)");
});
