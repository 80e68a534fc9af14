import { expect, it } from "vitest";
import type { Context } from "../../../src/context/context.js";
import type { DeployRequest } from "../../../src/features/deploy/request.js";
import { EngineListeners } from "../../../src/adapters/engine/listeners.js";
import { platformFailure } from "../../../src/core/errors.js";
import { withAnnouncements } from "../../../src/features/deploy/announce.js";
import type { DeploymentEvent } from "../../../src/adapters/notify/event.js";

const secret = "postgres://app:hunter2hunter2@db/prod";

/** What is told of a deployment that fails with the message. */
async function toldOf(message: string): Promise<DeploymentEvent> {
  const told: DeploymentEvent[] = [];
  const context = {
    project: "hello",
    owner: { user: "ci" },
    signal: new AbortController().signal,
    reporter: { notify: () => undefined, masked: () => [secret], close: () => undefined },
    listeners: new EngineListeners(),
    notifier: {
      isUsed: () => true,
      tell: (event: DeploymentEvent) => Promise.resolve(void told.push(event)),
    },
  } as unknown as Context;
  const request = { stack: "prod", config: { notify: { slack: "https://hooks.slack.com/x" } } };
  const run = () => Promise.reject(platformFailure("engine-failed", message, ""));
  await expect(withAnnouncements(context, request as unknown as DeployRequest, run)).rejects.toThrow();
  const [event] = told;
  if (event === undefined) throw new Error("nobody was told");
  return event;
}

it("correctness 16, F28: a notification holds no secret, however it is encoded", async () => {
  const encoded = [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64")].join("\n");
  const { reason } = await toldOf(`cannot parse ${encoded}`);
  expect(reason).toBe("cannot parse ***\n***\n***");
});

it("F28: a secret that the notification's end would cut through is hidden before it is cut", async () => {
  const { reason } = await toldOf(`${"x".repeat(480)}${secret}`);
  expect(reason).not.toContain("postgres");
});

it("F54: a notification shows what an app has printed, and makes nobody's terminal obey it", async () => {
  const { reason } = await toldOf("it said \u001b]0;owned\u0007\rall is well");
  expect(reason).toBe("it said \\x1b]0;owned\\a\\rall is well");
});
