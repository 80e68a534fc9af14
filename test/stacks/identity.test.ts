import { expect, it } from "vitest";
import { everything, runFoundation } from "./foundation-run.js";
import { type Declared, digestA, digestB, oneService, run } from "./program.js";

const config = oneService({
  "moorage:host": "hello.example.com",
  "moorage:alarms": { topics: ["arn:aws:sns:us-east-1:111111111111:alarms"] },
  "moorage:services": {
    web: {
      repository: "hello",
      port: 8080,
      desiredCount: 2,
      autoscaling: { min: 2, max: 4 },
      env: { LEVEL: "info" },
      secrets: { TOKEN: "arn:aws:secretsmanager:us-east-1:111111111111:secret:hello/preview/token" },
    },
    api: { repository: "hello-api", port: 5000, path: "/api/*" },
  },
  "moorage:digests": { web: digestA, api: digestB },
  "moorage:priorities": { web: 120, api: 112 },
  "moorage:preview": { domain: "preview.example.com" },
});

/**
 * The engine knows a resource by its URN and plans a change where its inputs are others: with both as they were, a stack that
 * an earlier commit deployed plans none. After a change that is meant, renew the files: `npx vitest run test/stacks/identity.test.ts -u`.
 */
it.each(["dev", "pr-42"])(
  "a stack %s that stands plans no change: URNs and inputs are as they were",
  async (stack) => {
    const { urns, declared } = await run({ stack, config });
    const identity = { urns: urns.sort(), resources: sorted(declared) };
    await expect(`${JSON.stringify(identity, undefined, 2)}\n`).toMatchFileSnapshot(`identity/${stack}.json`);
  },
);

it("a foundation that stands plans no change: inputs are as they were", async () => {
  const { declared } = await runFoundation(everything);
  await expect(`${JSON.stringify(sorted(declared), undefined, 2)}\n`).toMatchFileSnapshot(
    "identity/foundation.json",
  );
});

function sorted(declared: readonly Declared[]): Declared[] {
  return declared.map(({ type, name, inputs }) => ({ type, name, inputs })).sort(byName);
}

function byName(a: Declared, b: Declared): number {
  return `${a.type} ${a.name}` < `${b.type} ${b.name}` ? -1 : 1;
}
