import { describe, expect, it } from "vitest";
import { runFoundation, settings } from "../foundation-run.js";
import { issuer } from "../../../stacks/policies/trust.js";
import { isTrusted } from "./simulate.js";

const provider = `arn:aws:iam::111111111111:oidc-provider/${issuer}`;
const workflow = "acme/hello/.github/workflows/deploy.yml@refs/heads/main";

const github = {
  repository: "acme/hello",
  repositoryId: 7,
  provider,
  infra: true,
  workflows: { deploy: ["acme/hello/.github/workflows/deploy.yml@refs/heads/main"] },
};

/** The trust policies that the program declares, by role. */
async function trusts(changes: object = {}): Promise<Record<string, string>> {
  const config = settings({
    "moorage:environments": ["dev", "prod"],
    "moorage:github": { ...github, ...changes },
  });
  const { declared } = await runFoundation(config);
  const roles = declared.filter(({ type }) => type === "aws:iam/role:Role");
  return Object.fromEntries(roles.map(({ name, inputs }) => [name, String(inputs["assumeRolePolicy"])]));
}

/** What a token of the repository's claims. */
function token(sub: string, changes: Record<string, string> = {}): Record<string, string> {
  const claims = {
    aud: "sts.amazonaws.com",
    sub,
    repository_id: "7",
    job_workflow_ref: workflow,
    ref: "refs/heads/main",
    ...changes,
  };
  return Object.fromEntries(Object.entries(claims).map(([claim, value]) => [`${issuer}:${claim}`, value]));
}

const subjects = {
  build: ["repo:acme/hello:ref:refs/heads/main", "repo:acme/hello:environment:build"],
  "build-previews": ["repo:acme/hello:ref:refs/heads/main", "repo:acme/hello:pull_request"],
  preview: ["repo:acme/hello:environment:preview"],
  "deploy-dev": ["repo:acme/hello:environment:dev"],
  "deploy-prod": ["repo:acme/hello:environment:prod"],
  "plan-dev": ["repo:acme/hello:environment:plan"],
  "plan-foundation-dev": ["repo:acme/hello:environment:plan"],
  infra: ["repo:acme/hello:environment:foundation-dev"],
};

describe.each(Object.entries(subjects))("the role %s", (role, own) => {
  it("is taken by its own jobs, and by no other job of the repository", async () => {
    const trust = (await trusts())[role] ?? "";
    const all = [
      ...new Set(Object.values(subjects).flat()),
      "repo:acme/hello:ref:refs/heads/feature",
      "repo:acme/hello:*",
    ];
    const taken = all.filter((sub) => isTrusted(trust, provider, token(sub)));
    expect(taken).toEqual(own);
  });

  it.each([
    ["another repository", { sub: "repo:acme/other:environment:prod" }],
    ["a fork", { sub: "repo:evil/hello:environment:prod", repository_id: "8" }],
    ["a repository that took the name over", { repository_id: "8" }],
    ["another audience", { aud: "https://github.com/acme" }],
    ["a subject that only begins like it", { sub: "repo:acme/hello:environment:production" }],
  ])("F27: is not taken by %s", async (_title, changes: Record<string, string>) => {
    const trust = (await trusts())[role] ?? "";
    expect(isTrusted(trust, provider, token(own[0] ?? "", changes))).toBe(false);
  });

  it("is not taken with a token of another issuer", async () => {
    const trust = (await trusts())[role] ?? "";
    expect(isTrusted(trust, provider.replace(issuer, "evil.example"), token(own[0] ?? ""))).toBe(false);
  });
});

it("a deployment's role is taken by the workflows that are named, on their branches", async () => {
  const trust = (await trusts())["deploy-prod"] ?? "";
  const sub = subjects["deploy-prod"][0] ?? "";
  const of = (ref: string) => isTrusted(trust, provider, token(sub, { job_workflow_ref: ref }));
  expect(of(workflow)).toBe(true);
  expect(of("acme/hello/.github/workflows/other.yml@refs/heads/main")).toBe(false);
  expect(of("acme/hello/.github/workflows/deploy.yml@refs/heads/feature")).toBe(false);
});

it("F51, F52: in the environment build too the role of builds is taken by runs of branches that deploy only", async () => {
  const trust = (await trusts())["build"] ?? "";
  const from = (ref: string) =>
    isTrusted(trust, provider, token("repo:acme/hello:environment:build", { ref }));
  expect(from("refs/heads/main")).toBe(true);
  expect(["refs/pull/7/merge", "refs/heads/topic", "refs/tags/main"].filter(from)).toEqual([]);
});

it.each(["plan-prod", "infra"])("F51: %s is taken by runs of the main branch only", async (role) => {
  const trust = (await trusts())[role] ?? "";
  const sub = `repo:acme/hello:environment:${role === "infra" ? "foundation-dev" : "plan"}`;
  const from = (ref: string) => isTrusted(trust, provider, token(sub, { ref }));
  expect(from("refs/heads/main")).toBe(true);
  expect(["refs/pull/7/merge", "refs/heads/topic", "refs/tags/main"].filter(from)).toEqual([]);
});

it("no role applies a foundation that does not ask for it", async () => {
  expect(await trusts({ infra: false })).not.toHaveProperty("infra");
});

it("a repository that sends ids is known by them", async () => {
  const trust = (await trusts({ ownerId: 5, subject: "ids" }))["deploy-prod"] ?? "";
  expect(isTrusted(trust, provider, token("repo:acme@5/hello@7:environment:prod"))).toBe(true);
  expect(isTrusted(trust, provider, token("repo:acme/hello:environment:prod"))).toBe(false);
  expect(isTrusted(trust, provider, token("repo:acme@6/hello@7:environment:prod"))).toBe(false);
});
