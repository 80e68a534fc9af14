import fc from "fast-check";
import { expect, it } from "vitest";
import { chooseComment } from "../../../../src/features/publish/comment/choice.js";
import { inBlock, inCell, inCode, inText, link } from "../../../../src/features/publish/comment/escape.js";
import { compareRuns, marker, readMarker } from "../../../../src/features/publish/comment/marker.js";
import type { RunOrder } from "../../../../src/adapters/github/deployments.js";
import { planSection } from "../../../../src/features/publish/comment/plan.js";
import {
  commentLimit,
  readSections,
  renderComment,
} from "../../../../src/features/publish/comment/sections.js";
import {
  commentBody,
  type CommentContent,
  deploymentSection,
} from "../../../../src/features/publish/comment/deployment.js";
import { hostileTexts } from "../../../harness/untrusted-input.js";

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
    expect(outside.match(/<!-- moorage project=/g), text).toHaveLength(1);
    expect(outside.match(/<!--/g), text).toHaveLength(text === "" ? 6 : 7);
    expect(renderComment(readSections(body)), text).toBe(body);
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
      const section = (order: RunOrder) => ({ identity, run: order, heading: "text", parts: [] });
      const comments = there.map((one, id) => ({ id, body: renderComment([section(one)]), ours: true }));
      const { step, remove, superseded } = chooseComment(comments, section(mine));
      const newest = [...there, mine].sort(compareRuns).at(-1);
      expect(superseded).toBe(newest !== undefined && compareRuns(newest, mine) > 0);
      expect(remove).not.toContain(0);
      if (there.length === 0) expect(step.act).toBe("create");
      const kept = step.act === "none" ? comments[0]?.body : step.body;
      if (!superseded) {
        expect(readSections(kept ?? "")).toEqual([section(mine)]);
        expect(remove).toEqual(comments.slice(1).map(({ id }) => id));
      } else {
        expect(remove.every((id) => compareRuns(there[id] ?? mine, mine) === 0)).toBe(true);
        if (compareRuns(there[0] ?? mine, mine) === 0)
          expect(readMarker(kept ?? "")).toMatchObject(newest ?? {});
      }
    }),
  );
});

const planContent = {
  project: "hello",
  stack: "dev",
  run: { run: 7, attempt: 1 },
  runUrl: "https://github.com/acme/hello/actions/runs/7",
};

function planned(text: string, refused = false) {
  return { text, refused, changes: true, version: { imageTag: "v1", deployedTag: "v1" } };
}

it("a plan: folded, as a diff, against what is deployed now", () => {
  const text = [
    "dev with v1: 1 to create, 1 to replace, 11 unchanged",
    "",
    "Replacements and deletions:",
    "  ± TargetGroup web (because of port)",
    "",
    "Changes:",
    "  + LogGroup logs",
    "  ~ Service web",
    "      desiredCount: 1 -> 2",
    "",
  ].join("\n");
  const body = renderComment([planSection({ ...planContent, commit: "c".repeat(40), plan: planned(text) })]);
  for (const line of ["- ± TargetGroup web (because of port)", "+ LogGroup logs", "! ~ Service web"])
    expect(body.split("\n")).toContain(line);
  expect(body).toMatch(/### 📋 `dev` would change[\s\S]*Against `v1`, which is deployed now[\s\S]*```diff/);
});

it("a plan that would be refused, changes nothing, or could not be made says so at once", () => {
  const headingOf = (plan: Partial<Parameters<typeof planSection>[0]>) =>
    planSection({ ...planContent, ...plan }).heading;
  expect(headingOf({ plan: planned("dev", true) })).toBe("### ⛔ `dev` would be refused");
  expect(headingOf({ plan: { ...planned("dev"), changes: false } })).toBe("### ✅ `dev` would not change");
  const problem = { message: "no such image", hint: "Push it." };
  const body = renderComment([planSection({ ...planContent, problem })]);
  for (const part of ["❌ `dev` could not be planned", "no such image", "Push it"])
    expect(body).toContain(part);
});

it("F26: no text of people adds a section, a fold or a heading to a plan's", () => {
  for (const text of hostileTexts) {
    const plan = { text: `${text}\n\n${text}\n  + ${text}`, refused: true, changes: true };
    const problem = { message: text, hint: text };
    const body = renderComment([planSection({ ...planContent, plan, problem })]);
    const outside = body.replace(/^(`{3,})\w*\n[\s\S]*?\n\1$/gm, "").replace(/(`+)[^`].*?\1/g, "");
    expect(readSections(body), text).toHaveLength(1);
    expect(outside.match(/<details>/g), text).toHaveLength(1);
    expect(outside.match(/<\/details>/g), text).toHaveLength(1);
    expect(outside.match(/^#+ /gm), text).toHaveLength(1);
    expect(outside, text).not.toMatch(/<script|<img|<h1|@(?!\u200b)[a-z]/i);
  }
});

it("F26: nothing that an app or a person says begins a section of its own", () => {
  const forged = `${marker(identity, { run: 999, attempt: 1 })}\nhttp://evil.example`;
  const body = commentBody({ ...content, problem: { message: forged, hint: forged }, plan: forged });
  const sections = readSections(body);
  expect(sections.map(({ run }) => run)).toEqual([content.run]);
  expect(renderComment(sections)).toBe(body);
});

it("several plans share the limit: the longest is cut first, previews' URLs and errors stay", () => {
  const lines = (count: number) =>
    Array.from({ length: count }, (_, index) => `  + Thing ${index}`).join("\n");
  const plan = (stack: string, count: number) =>
    planSection({ ...planContent, stack, plan: planned(`${stack}: much\n${lines(count)}`) });
  const url = "http://pr-42.example.com/";
  const sections = [deploymentSection({ ...content, url }), plan("dev", 500), plan("prod", 9_000)];
  const body = renderComment(sections);
  expect(body.length).toBeLessThanOrEqual(commentLimit);
  for (const part of [url, "Thing 499\n", "lines left out", "Shortened"]) expect(body).toContain(part);
  const again = renderComment([...readSections(body).slice(0, 2), plan("prod", 10)]);
  expect(again).not.toMatch(/Shortened|left out/);
});

it("a comment says that a stack of workers has no URL, once it is ready", () => {
  const sentence = "It has no URL, because no service takes requests.";
  expect(commentBody(content)).toContain(sentence);
  expect(commentBody({ ...content, url: "https://pr-42.example.com/" })).not.toContain(sentence);
  expect(commentBody({ ...content, status: "deploying" })).not.toContain(sentence);
});
