import { describe, expect, it } from "vitest";
import { decidePreview, type PreviewPolicy } from "../../../src/features/previews/decision.js";
import type { PullRequest } from "../../../src/adapters/github/pull-request.js";
import { hostileTexts } from "../../harness/untrusted-input.js";

const head = "0123456789abcdef0123456789abcdef01234567";
const other = "fedcba9876543210fedcba9876543210fedcba98";

const wanted: PullRequest = {
  number: 42,
  state: "open",
  draft: false,
  labels: ["bug", "deploy"],
  headCommit: head,
  fork: false,
  author: "octocat",
};
const policy: PreviewPolicy = { label: "deploy", drafts: true, forks: "refuse" };
const approval: PreviewPolicy = { ...policy, forks: "approval" };

interface Case {
  name: string;
  pull?: Partial<PullRequest>;
  policy?: PreviewPolicy;
  approved?: string;
  action: "up" | "destroy" | "refuse";
  reason: RegExp;
}

const cases: Case[] = [
  { name: "open and labelled", action: "up", reason: /is open and labelled$/ },
  { name: "the label in other case", pull: { labels: ["Deploy"] }, action: "up", reason: /labelled/ },
  { name: "F9: closed", pull: { state: "closed" }, action: "destroy", reason: /is closed$/ },
  { name: "merged", pull: { state: "merged" }, action: "destroy", reason: /is merged$/ },
  { name: "unlabelled", pull: { labels: ["deployed"] }, action: "destroy", reason: /no label "deploy"$/ },
  { name: "a draft, which may have one", pull: { draft: true }, action: "up", reason: /labelled/ },
  {
    name: "a draft, which may not",
    pull: { draft: true },
    policy: { ...policy, drafts: false },
    action: "destroy",
    reason: /is a draft/,
  },
  {
    name: "F27: a fork's",
    pull: { fork: true },
    action: "refuse",
    reason: /fork, whose code gets no credentials/,
  },
  {
    name: "F27: a fork's, approved where nobody may approve",
    pull: { fork: true },
    approved: head,
    action: "refuse",
    reason: /fork/,
  },
  {
    name: "F27: a fork's, not approved",
    pull: { fork: true },
    policy: approval,
    action: "refuse",
    reason: /fork/,
  },
  {
    name: "F27: a fork's, approved",
    pull: { fork: true },
    policy: approval,
    approved: head,
    action: "up",
    reason: /head commit is approved$/,
  },
  {
    name: "F27: a fork's, pushed to after the approval",
    pull: { fork: true },
    policy: approval,
    approved: other,
    action: "refuse",
    reason: new RegExp(`${other} was approved, but the head of pull request 42 is ${head}`),
  },
  { name: "another commit approved", approved: other, action: "refuse", reason: /was approved, but/ },
  { name: "its head approved, needlessly", approved: head, action: "up", reason: /labelled$/ },
  {
    name: "a closed fork's: what an approval made goes",
    pull: { fork: true, state: "closed" },
    policy: approval,
    action: "destroy",
    reason: /closed/,
  },
];

it.each(cases)("$name: $action", ({ pull, policy: by = policy, approved, action, reason }) => {
  const decision = decidePreview({ ...wanted, ...pull }, by, approved);
  expect(decision.action).toBe(action);
  expect(decision.reason).toMatch(reason);
  if (decision.action === "up") expect(decision.commit).toBe(head);
});

describe("F26: other people's words", () => {
  it.each(hostileTexts)(
    "the label %j is not the one that is wanted, and the reason does not repeat it",
    (text) => {
      const decision = decidePreview({ ...wanted, labels: [text], author: text }, policy);
      expect(decision).toEqual({ action: "destroy", reason: 'pull request 42 has no label "deploy"' });
    },
  );
});
