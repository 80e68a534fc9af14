import fc from "fast-check";
import { expect, it } from "vitest";
import { chooseComment } from "../../src/preview/comment-choice.js";
import { inBlock, inCell, inCode, inText, link } from "../../src/preview/comment-escape.js";
import { compareRuns, marker, readMarker } from "../../src/preview/comment-marker.js";
import { commentBody, commentLimit, type CommentContent } from "../../src/preview/comment.js";
import { hostileTexts } from "../support/hostile.js";

const identity = { project: "hello", stack: "pr-42" };
const content: CommentContent = {
  identity,
  run: { run: 7, attempt: 1 },
  runUrl: "https://github.com/acme/hello/actions/runs/7",
  status: "ready",
  services: [],
};

it("F26: text keeps its words and loses every sign with a meaning in Markdown or HTML", () => {
  for (const text of hostileTexts) {
    const shown = inText(text);
    const bare = shown.replace(/&#\d+;/g, "");
    expect(bare, text).not.toMatch(/[<>&`*_[\]|\\@#~$:/!]/);
    expect(shown, text).not.toMatch(/\n|&#(35|64);(?!\u200b)/);
  }
});

it("F26: what stands in a code span or a block cannot end it", () => {
  for (const text of hostileTexts) {
    const code = inCode(text);
    const fence = /^`+/.exec(code)?.[0] ?? "";
    expect(code.endsWith(fence), text).toBe(true);
    const within = code.slice(fence.length, -fence.length);
    expect(within.match(/`+/g) ?? [], text).not.toContain(fence);
    expect(code, text).not.toMatch(/[\n\r\u202e\u2066]/);
    const [open = "", ...lines] = inBlock(text).split("\n");
    expect(lines.pop(), text).toBe(open);
    for (const line of lines)
      expect(/^ *(`{3,})/.exec(line)?.[1]?.length ?? 0, text).toBeLessThan(open.length);
    expect(inCell(text).replace(/&#124;/g, ""), text).not.toMatch(/[|\n]/);
  }
});

it("F26: a link leads to a web address, or is none", () => {
  for (const text of hostileTexts) expect(link("x", text), text).not.toMatch(/javascript:|data:/);
  expect(link("x", "javascript:alert(1)")).toBe("x");
  expect(link("x", "http://a.example/)>[y](http://evil.example")).toBe(
    "[x](<http://a.example/%29%3E%5By%5D%28http://evil.example>)",
  );
});

it("F26: no text of people adds a marker, a fold or a heading to a comment", () => {
  for (const text of hostileTexts) {
    const body = commentBody({
      ...content,
      imageTag: text,
      services: [{ name: text, image: text, digest: text }],
      expiresAt: text,
      changes: text,
      plan: text || "x",
      problem: { message: text, hint: text },
      diagnosis: {
        cause: text,
        action: text,
        services: [{ name: text, stoppedTasks: [], log: [text], healthChecks: [text], events: [text] }],
      },
    });
    const outside = body.replace(/^(`{3,})\w*\n[\s\S]*?\n\1$/gm, "").replace(/(`+)[^`].*?\1/g, "");
    expect(outside.match(/<!--/g), text).toHaveLength(1);
    expect(outside.match(/<details>/g), text).toHaveLength(2);
    expect(outside.match(/<\/details>/g), text).toHaveLength(2);
    expect(outside.match(/^#+ /gm), text).toHaveLength(1);
    expect(outside, text).not.toMatch(/<script|<img|<h1|@(?!\u200b)[a-z]/i);
    expect(readMarker(body), text).toEqual({ ...identity, run: 7, attempt: 1 });
  }
});

it("stays within GitHub's limit: the plan is cut first, then goes the diagnosis; URL and error stay", () => {
  const long = (word: string, lines: number) =>
    Array.from({ length: lines }, (_, i) => `${word} ${i}`).join("\n");
  const diagnosis = {
    cause: "timeout",
    action: "Nothing was put back.",
    services: [
      { name: "web", stoppedTasks: [], log: long("line", 9_000).split("\n"), healthChecks: [], events: [] },
    ],
  };
  const base = { ...content, url: "http://pr-42.example.com/", problem: { message: "why", hint: "do" } };
  const cut = commentBody({ ...base, plan: long("+ resource", 10_000) });
  expect(cut.length).toBeLessThanOrEqual(commentLimit);
  expect(cut).toMatch(/\+ resource 1\n[\s\S]*lines left out[\s\S]*```\n\n<\/details>[\s\S]*Shortened.*plan/);
  const both = commentBody({ ...base, plan: long("+ resource", 10_000), diagnosis });
  expect(both.length).toBeLessThanOrEqual(commentLimit);
  expect(both).toMatch(/Shortened to GitHub's limit: plan, diagnosis/);
  for (const part of ["http://pr-42.example.com/", "why", "line 1\n"]) expect(both).toContain(part);
});

it("is within the limit whatever it is given", () => {
  const sized = fc
    .tuple(fc.string({ minLength: 1, maxLength: 40 }), fc.nat(9_000))
    .map(([s, n]) => s.repeat(n));
  fc.assert(
    fc.property(sized, sized, sized, (plan, message, image) => {
      const services = [{ name: "web", image }];
      const body = commentBody({ ...content, plan, services, problem: { message, hint: "" } });
      expect(body.length).toBeLessThanOrEqual(commentLimit);
      expect(readMarker(body)).toBeDefined();
    }),
    { numRuns: 40 },
  );
});

it("F19: whatever is there, one comment remains, of the newest run", () => {
  const run = fc.record({ run: fc.integer({ min: 1, max: 5 }), attempt: fc.integer({ min: 1, max: 2 }) });
  fc.assert(
    fc.property(fc.array(run, { maxLength: 6 }), run, (there, mine) => {
      const comments = there.map((one, id) => ({ id, body: marker(identity, one), ours: true }));
      const { step, remove } = chooseComment(comments, identity, mine);
      const newer = there.filter((one) => compareRuns(one, mine) > 0);
      expect(step.act).toBe(newer.length > 0 ? "keep" : there.length > 0 ? "update" : "create");
      const left = comments.filter(({ id }) => !remove.includes(id));
      if (step.act === "update") expect(left.map(({ id }) => id)).toEqual([step.id]);
      if (step.act === "keep") {
        expect(left.map(({ id }) => id)).toContain(step.id);
        expect(remove.every((id) => compareRuns(there[id] ?? mine, mine) === 0)).toBe(true);
      }
    }),
  );
});
