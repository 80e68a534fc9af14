import { describe, expect, it } from "vitest";
import { runFoundation, settings } from "../foundation-run.js";
import { isTrusted } from "./simulate.js";

const servers = [
  { server: "https://git.acme.test", issuer: "git.acme.test/_services/token" },
  { server: "https://octo.ghe.com", issuer: "token.actions.octo.ghe.com" },
  {
    issuer: "token.actions.githubusercontent.com/acme",
    named: "https://token.actions.githubusercontent.com/acme",
  },
];

async function trusts(github: object) {
  const { declared, find } = await runFoundation(
    settings({ "moorage:github": { repository: "acme/hello", repositoryId: 7, ...github } }),
  );
  const roles = declared.filter(({ type }) => type === "aws:iam/role:Role");
  return {
    provider: find("aws:iam/openIdConnectProvider:OpenIdConnectProvider"),
    trustOf: (name: string) => {
      const role = roles.find((one) => one.name === name);
      return String(role?.inputs["assumeRolePolicy"]);
    },
  };
}

describe.each(servers)("adoption C5: the roles for workflows of $issuer", ({ server, issuer, named }) => {
  const asked = () => trusts({ ...(server && { server }), ...(named && { issuer: named }) });
  const claims = (of: string, sub: string, more: Record<string, string> = {}) =>
    Object.fromEntries(
      Object.entries({ aud: "sts.amazonaws.com", sub, repository_id: "7", ...more }).map(([name, value]) => [
        `${of}:${name}`,
        value,
      ]),
    );
  const federated = (trust: string) =>
    (JSON.parse(trust) as { Statement: { Principal: { Federated: string } }[] }).Statement[0]?.Principal
      .Federated ?? "";

  it("trust its tokens, by its provider, and github.com's no more", async () => {
    const { provider, trustOf } = await asked();
    expect(provider).toMatchObject({ url: `https://${issuer}`, clientIdLists: ["sts.amazonaws.com"] });
    const trust = trustOf("deploy-dev");
    const taken = (of: string, sub: string) => isTrusted(trust, federated(trust), claims(of, sub));
    expect(taken(issuer, "repo:acme/hello:environment:dev")).toBe(true);
    expect(taken(issuer, "repo:acme/other:environment:dev")).toBe(false);
    expect(taken("token.actions.githubusercontent.com", "repo:acme/hello:environment:dev")).toBe(false);
  });

  it("let only branches that deploy push what environments run", async () => {
    const { trustOf } = await asked();
    const trust = trustOf("build");
    const taken = (sub: string, ref: string) =>
      isTrusted(trust, federated(trust), claims(issuer, sub, { ref }));
    expect(taken("repo:acme/hello:ref:refs/heads/main", "refs/heads/main")).toBe(true);
    expect(taken("repo:acme/hello:ref:refs/heads/topic", "refs/heads/topic")).toBe(false);
    expect(taken("repo:acme/hello:environment:build", "refs/pull/7/merge")).toBe(false);
  });
});

it("adoption C5: another audience is the provider's and the roles'", async () => {
  const { provider, trustOf } = await trusts({ audience: "sts.amazonaws.com.cn" });
  expect(provider).toMatchObject({ clientIdLists: ["sts.amazonaws.com.cn"] });
  expect(trustOf("deploy-dev")).toContain('"token.actions.githubusercontent.com:aud":"sts.amazonaws.com.cn"');
});
