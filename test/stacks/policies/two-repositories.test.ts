import { describe, expect, it } from "vitest";
import { policiesOf, runFoundation, settings } from "../foundation-run.js";
import { isAllowed, isTrusted } from "./simulate.js";

const issuer = "token.actions.githubusercontent.com";
const provider = `arn:aws:iam::111111111111:oidc-provider/${issuer}`;

async function roles(github: object = {}) {
  const { declared, find } = await runFoundation(
    settings({
      "moorage:environments": ["dev", "staging"],
      "moorage:github": {
        repository: "acme/infrastructure",
        provider,
        application: { repository: "acme/hello", main: "master" },
        ...github,
      },
    }),
  );
  const trust = (role: string) => String(find("aws:iam/role:Role", role)["assumeRolePolicy"]);
  const policy = (role: string) => ({
    Version: "2012-10-17",
    Statement: policiesOf({ declared }, role).flatMap((text) => {
      const here = text.replaceAll("arn:aws-x:", "arn:aws:").replaceAll("eu-north-9", "us-east-1");
      return (JSON.parse(here) as { Statement: object[] }).Statement;
    }),
  });
  return { declared, trust, policy };
}

const token = (sub: string, ref: string) => ({
  [`${issuer}:aud`]: "sts.amazonaws.com",
  [`${issuer}:sub`]: sub,
  [`${issuer}:ref`]: ref,
});
const version = (app: string, environment: string) =>
  `arn:aws:ssm:us-east-1:111111111111:parameter/moorage/${app}/${environment}/version`;

describe("issue 14.9: a foundation of two repositories", () => {
  it("lets the app's repository build and have previews, and the infrastructure's deploy and plan", async () => {
    const { trust } = await roles();
    const [main, env] = ["ref:refs/heads/master", "environment:"];
    const cases: [role: string, repository: string, context: string][] = [
      ["build", "acme/hello", main],
      ["build-previews", "acme/hello", "pull_request"],
      ["preview", "acme/hello", `${env}preview`],
      ["deploy-staging", "acme/infrastructure", `${env}staging`],
      ["plan-staging", "acme/infrastructure", `${env}plan`],
    ];
    for (const [role, repository, context] of cases) {
      const ref = context === main ? "refs/heads/master" : "refs/heads/main";
      const other = repository === "acme/hello" ? "acme/infrastructure" : "acme/hello";
      const taken = (name: string) => isTrusted(trust(role), provider, token(`repo:${name}:${context}`, ref));
      expect([role, taken(repository), taken(other)]).toEqual([role, true, false]);
    }
  });

  it("lets the app's builds write the version of its environments, and nothing else there", async () => {
    const identity = (await roles()).policy("build");
    const may = (action: string, resource: string) => isAllowed({ action, resource }, { identity });
    for (const action of ["ssm:PutParameter", "ssm:GetParameter", "ssm:DeleteParameter"]) {
      expect(await may(action, version("hello", "dev"))).toBe(true);
      expect(await may(action, version("hello", "staging"))).toBe(true);
      expect(await may(action, version("hello", "prod"))).toBe(false);
      expect(await may(action, version("other", "dev"))).toBe(false);
      expect(await may(action, "arn:aws:ssm:us-east-1:111111111111:parameter/hello/dev/token")).toBe(false);
    }
    expect(
      await may("ecs:UpdateService", "arn:aws:ecs:us-east-1:111111111111:service/hello-dev/hello-web-dev"),
    ).toBe(false);
  });

  it("gives builds no parameter where one repository does both", async () => {
    const identity = (await roles({ application: undefined })).policy("build");
    expect(JSON.stringify(identity)).not.toContain("ssm:");
  });
});
