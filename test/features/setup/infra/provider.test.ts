import { expect, it } from "vitest";
import type { Context } from "../../../../src/context/context.js";
import { silentReporter } from "../../../../src/core/reporter.js";
import type { InfraStack } from "../../../../src/features/setup/infra/stack.js";
import { withAccountsProvider } from "../../../../src/features/setup/infra/provider.js";

const arn = "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com";

/** An account that has what `Tags` say, or cannot be asked. */
function account(tags: Record<string, string> | Error | undefined) {
  const send = ({ constructor: { name } }: object) => {
    if (tags instanceof Error) return Promise.reject(tags);
    if (name.startsWith("List"))
      return Promise.resolve({ OpenIDConnectProviderList: tags === undefined ? [] : [{ Arn: arn }] });
    return Promise.resolve({ Tags: Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value })) });
  };
  const aws = { iam: () => Promise.resolve({ send }) };
  const { signal } = new AbortController();
  return { aws, signal, reporter: silentReporter, project: "web" } as unknown as Context;
}

const infra = {
  kind: "foundation",
  stack: "foundation-dev",
  raw: { "moorage:github": { repository: "acme/shop" } },
} as unknown as InfraStack;

const own = { "moorage:project": "web", "moorage:stack": "foundation-dev" };

it.each([
  ["of another app's foundation", { ...own, "moorage:project": "web-admin" }, arn],
  ["that somebody made by hand", {}, arn],
  ["of this foundation", own, undefined],
  ["that does not exist", undefined, undefined],
  ["of which nobody can tell", new Error("AccessDenied"), undefined],
] as const)(
  "adoption A4: a second foundation of an account uses the OIDC provider %s",
  async (_, tags, provider) => {
    const { raw } = await withAccountsProvider(account(tags), infra);
    expect((raw["moorage:github"] as { provider?: string }).provider).toBe(provider);
  },
);

it("one that the configuration names stays", async () => {
  const named = { ...infra, raw: { "moorage:github": { repository: "acme/shop", provider: "arn:named" } } };
  expect((await withAccountsProvider(account({}), named)).raw).toEqual(named.raw);
});
