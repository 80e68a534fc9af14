import { describe, expect, it } from "vitest";
import { githubTrust } from "../../../../stacks/policies/trust.js";
import { formByAge, judgeGitHubTrust } from "../../../../src/features/setup/doctor/oidc.js";

const names = "repo:acme/hello:environment:dev";
const ids = "repo:acme@2/hello@1:environment:dev";
const provider = "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com";

/** A policy as the foundation writes it. */
const policy = (changes: Partial<Parameters<typeof githubTrust>[0]> = {}) =>
  githubTrust({
    provider,
    repository: "acme/hello",
    repositoryId: 1,
    ownerId: 2,
    subject: "names",
    contexts: ["environment:dev"],
    ...changes,
  });

const resultOf = (document: string, ...subjects: string[]) =>
  judgeGitHubTrust(document, { subjects, repositoryId: 1 }).result;

describe("the trust policy of a role", () => {
  it.each([
    ["names, of tokens with names", policy(), [names], "OK"],
    ["names, of tokens that may have either", policy(), [names, ids], "OK"],
    ["names, of tokens with ids", policy(), [ids], "NG"],
    ["ids, of tokens with ids", policy({ subject: "ids" }), [ids], "OK"],
    ["ids, of tokens that may have either", policy({ subject: "ids" }), [names, ids], "SKIP"],
    ["another environment", policy({ contexts: ["environment:prod"] }), [names], "NG"],
    ["another repository's id", policy({ repositoryId: 9 }), [names], "NG"],
    ["one workflow only", policy({ workflows: ["acme/hello/.github/workflows/x.yml@*"] }), [names], "SKIP"],
    ["another provider", policy({ provider: "arn:aws:iam::1:oidc-provider/gitlab.com" }), [names], "NG"],
    ["nothing that can be read", "{", [names], "SKIP"],
  ])("%s", (_, document, subjects, expected) => {
    expect(resultOf(document, ...subjects)).toBe(expected);
  });

  it.each([
    ["repo:acme/hello:*", "OK"],
    ["repo:acme/*", "OK"],
    ["repo:acme/hell?:environment:dev", "OK"],
    ["repo:ACME/hello:*", "NG"],
    ["repo:acme/hello.world:*", "NG"],
  ])("a pattern %s: %s", (pattern, expected) => {
    const document = JSON.parse(policy()) as { Statement: { Condition: object }[] };
    const sub = "token.actions.githubusercontent.com:sub";
    for (const statement of document.Statement) statement.Condition = { StringLike: { [sub]: [pattern] } };
    expect(resultOf(JSON.stringify(document), names)).toBe(expected);
  });
});

it.each([
  ["2026-07-14T23:59:59Z", undefined],
  ["2026-07-15T00:00:00Z", "ids"],
])("a repository made %s sends %s", (created, form) => {
  expect(formByAge({ createdAt: new Date(created) })).toBe(form);
});

it("adoption C5: a role for an Enterprise Server's workflows is judged by that server's issuer", () => {
  const [server, issuer] = ["https://git.acme.test", "git.acme.test/_services/token"];
  const document = githubTrust({
    provider: `arn:aws:iam::111111111111:oidc-provider/${issuer}`,
    repository: "acme/hello",
    subject: "names",
    contexts: ["environment:dev"],
    server,
  });
  const claims = { subjects: ["repo:acme/hello:environment:dev"], repositoryId: 7 };
  expect(judgeGitHubTrust(document, { ...claims, issuer })).toMatchObject({ result: "OK" });
  expect(judgeGitHubTrust(document, claims)).toMatchObject({ result: "NG" });
});
