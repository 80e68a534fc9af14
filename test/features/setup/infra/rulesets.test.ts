import { afterEach, expect, it } from "vitest";
import { withPlansRulesets } from "../../../../src/features/setup/infra/rulesets.js";
import type { InfraStack } from "../../../../src/features/setup/infra/stack.js";
import { type Message, silentReporter } from "../../../../src/core/reporter.js";
import { listen } from "../../../adapters/aws/registries.js";

const warnings: Message[] = [];
afterEach(() => void warnings.splice(0));

const raw = { "moorage:repository": "acme/hello", "moorage:environments": { prod: {} } };
const stack = (kind: InfraStack["kind"] = "github") => ({ kind, stack: kind, raw }) as unknown as InfraStack;

/** What becomes of the stack where GitHub answers so when it is asked for rulesets; and what it was asked. */
async function toldBy(status: number, body: unknown, infra = stack(), token: string | null = "t") {
  const asked: string[] = [];
  const apiUrl = await listen((request, response) => {
    asked.push(`${request.method ?? ""} ${request.url ?? ""}`);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  const host = { ...silentReporter, notify: (notice: Message) => void warnings.push(notice) };
  const signal = new AbortController().signal;
  const context = {
    target: { github: { apiUrl, token: token ?? undefined } },
    signal,
    reporter: host,
  } as never;
  return { told: await withPlansRulesets(context, infra), asked };
}

it("adoption B4: a plan of GitHub's without rulesets is told, and the rest of the stack is made", async () => {
  const message = "Upgrade to GitHub Pro or make this repository public to enable this feature.";
  const { told, asked } = await toldBy(403, { message });
  expect(asked).toEqual([expect.stringContaining("GET /repos/acme/hello/rulesets")]);
  expect(told.raw).toEqual({ ...raw, "moorage:rulesets": false });
  expect(warnings).toMatchObject([
    {
      kind: "warning",
      text: expect.stringContaining(
        "whoever can push can push to main, and can create release tags",
      ) as string,
    },
  ]);
});

it.each([
  ["has rulesets", 200, []],
  ["refuses this token", 403, { message: "Resource not accessible by integration" }],
  ["does not know the repository", 404, { message: "Not Found" }],
])("where GitHub %s, nothing is left out of the stack and nothing is told", async (_what, status, body) => {
  const { told } = await toldBy(status, body);
  expect(told.raw).toEqual(raw);
  expect(warnings).toEqual([]);
});

it("other stacks, and whoever has no token, ask GitHub nothing", async () => {
  expect((await toldBy(200, [], stack("foundation"))).asked).toEqual([]);
  expect((await toldBy(200, [], stack(), null)).asked).toEqual([]);
});
