import { describe, expect, it } from "vitest";
import { type Expected, type SmokeAnswer, whatIsWrong } from "../../../../src/features/deploy/smoke/judge.js";

describe("a smoke check", () => {
  const good: SmokeAnswer = {
    status: 200,
    body: "version v1",
    headers: { "x-version": "v1", "set-cookie": ["a=1", "b=2"] },
    error: undefined,
  };
  const expected: Expected = { status: "200-299", headers: {} };
  const cases: [string, Partial<SmokeAnswer>, Partial<Expected>, string | undefined][] = [
    ["any good status", {}, {}, undefined],
    [
      "no answer",
      { status: undefined, error: "connect ECONNREFUSED" },
      {},
      "does not answer: connect ECONNREFUSED",
    ],
    ["a bad status", { status: 500 }, {}, "answers 500"],
    [
      "bug 17: a redirect says where to",
      { status: 301, headers: { location: "https://a.example.com/" } },
      {},
      "answers 301 (location: https://a.example.com/)",
    ],
    ["bug 17: a redirect without a location", { status: 304 }, {}, "answers 304"],
    [
      "bug 17: no location but of a redirect",
      { status: 500, headers: { location: "/a" } },
      {},
      "answers 500",
    ],
    ["a status asked for", { status: 401 }, { status: "200,401" }, undefined],
    ["the tag in the body", {}, { contains: "version {imageTag}" }, undefined],
    ["another tag in the body", { body: "version v0" }, { contains: "{imageTag}" }, 'answers without "v1"'],
    ["the tag in a header", {}, { headers: { "X-Version": "{imageTag}" } }, undefined],
    ["another tag in a header", {}, { headers: { "X-Version": "v2" } }, "answers with X-Version: v1, not v2"],
    ["no such header", {}, { headers: { "X-App": "a" } }, "answers with X-App: nothing, not a"],
    ["one of several values", {}, { headers: { "Set-Cookie": "b=2" } }, undefined],
  ];
  it.each(cases)("%s", (_title, answer, wanted, problem) => {
    expect(whatIsWrong({ ...good, ...answer }, { ...expected, ...wanted }, "v1")).toBe(problem);
  });
});
