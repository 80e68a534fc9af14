import { describe, expect, it } from "vitest";
import { parseAddress } from "../../../src/adapters/notify/address.js";
import type { DeploymentEvent } from "../../../src/adapters/notify/event.js";
import { createNotifier } from "../../../src/adapters/notify/notifier.js";
import type { Message as HostMessage } from "../../../src/core/reporter.js";
import { type Listener, openListener } from "../../harness/listener.js";

const succeeded: DeploymentEvent = {
  kind: "succeeded",
  project: "hello",
  environment: "prod",
  version: "v1.2.3",
  by: "ann",
  at: "2026-01-02T03:04:05.000Z",
  durationMs: 42_000,
  url: "https://prod.example.com/",
  run: "https://github.com/o/r/actions/runs/1",
  reason: null,
  rolledBackFrom: null,
};
const failed: DeploymentEvent = { ...succeeded, kind: "failed", reason: "web <crashed> & `exited`" };
const started: DeploymentEvent = { ...succeeded, kind: "started", durationMs: null };

const withKey = ({ origin }: Listener, key: string) => origin.replace("http://", `http://${key}@`);

function openNotifier(env: NodeJS.ProcessEnv = {}) {
  const told: HostMessage[] = [];
  const notifier = createNotifier({
    env,
    reporter: { notify: (message) => told.push(message), close: () => undefined },
  });
  return { notifier, told };
}

/** What one channel receives of an event. */
async function tell(channel: string, event: DeploymentEvent, key = "") {
  const listener = await openListener();
  const { notifier, told } = openNotifier();
  const address = key ? withKey(listener, key) : `${listener.origin}/hook`;
  await notifier.tell(event, { [channel]: address }, 5_000);
  expect(told).toEqual([]);
  return listener.received.sort((a, b) => (a.path < b.path ? -1 : 1));
}

describe("what each channel receives", () => {
  it("Slack: a text, and blocks with the reason escaped and the links", async () => {
    const [message] = await tell("slack", failed);
    expect(message).toMatchObject({
      path: "/hook",
      body: { text: "hello: v1.2.3 failed in prod after 42 s (ann)" },
    });
    const blocks = JSON.stringify(message?.body["blocks"]);
    expect(blocks).toContain("web &lt;crashed&gt; &amp; 'exited'");
    expect(blocks).toContain("<https://github.com/o/r/actions/runs/1|the run>");
  });

  it("Better Stack: a structured event with its level, the source's token as bearer", async () => {
    const [message] = await tell("betterStack", failed, "source-token");
    expect(message?.headers.authorization).toBe("Bearer source-token");
    expect(message?.body).toMatchObject({
      level: "error",
      dt: failed.at,
      deployment: { environment: "prod" },
    });
  });

  it("PagerDuty: an alert on failure, one for each environment", async () => {
    const [message, ...rest] = await tell("pagerDuty", failed, "routing-key");
    expect(rest).toEqual([]);
    expect(message).toMatchObject({
      path: "/v2/enqueue",
      body: { routing_key: "routing-key", event_action: "trigger" },
    });
    expect(message?.body).toMatchObject({ dedup_key: "moorage/hello/prod", payload: { severity: "error" } });
  });

  it("PagerDuty: a change event and the alert resolved on success, nothing at the start", async () => {
    const [change, resolve] = await tell("pagerDuty", succeeded, "routing-key");
    expect(change).toMatchObject({ path: "/v2/change/enqueue", body: { routing_key: "routing-key" } });
    expect(resolve).toMatchObject({ path: "/v2/enqueue", body: { event_action: "resolve" } });
    expect(await tell("pagerDuty", started, "routing-key")).toEqual([]);
  });

  it("the webhook: the event itself, with basic authentication where the URL has it", async () => {
    const [message] = await tell("webhook", started, "user:pass");
    expect(message?.body).toEqual(started);
    expect(message?.headers.authorization).toBe(`Basic ${Buffer.from("user:pass").toString("base64")}`);
  });
});

describe("a channel that fails is a warning, with nothing of its address in it", () => {
  const warned = async (address: string, timeoutMs = 5_000) => {
    const { notifier, told } = openNotifier();
    await notifier.tell(succeeded, { webhook: address }, timeoutMs);
    expect(told).toHaveLength(1);
    expect(JSON.stringify(told)).not.toMatch(/s3cret|127\.0\.0\.1/);
    return told[0];
  };

  it("F28: an answer that is no success", async () => {
    const { origin } = await openListener((response) => void response.writeHead(404).end());
    expect(await warned(`${origin}/s3cret`)).toMatchObject({
      kind: "warning",
      text: expect.stringContaining("404"),
    });
  });

  it("F28: a redirect, which is not followed", async () => {
    const other = await openListener();
    const { origin } = await openListener(
      (response) => void response.writeHead(307, { location: other.origin }).end(),
    );
    await warned(`${origin}/s3cret`);
    expect(other.received).toEqual([]);
  });

  it("F28: a connection that ends, and an address that is none", async () => {
    const { origin } = await openListener((response) => void response.destroy());
    expect(await warned(`${origin}/s3cret`)).toMatchObject({
      text: expect.stringMatching(/cannot be reached \(\w+\)/) as string,
    });
    await warned("ftp://s3cret");
    await warned("http://elsewhere.example.com/s3cret");
  });

  it("no answer within the time, while the others are told", async () => {
    const silent = await openListener(() => undefined);
    const other = await openListener();
    const { notifier, told } = openNotifier({ MOORAGE_NOTIFY_SLACK: other.origin });
    const before = Date.now();
    await notifier.tell(succeeded, { webhook: `${silent.origin}/s3cret` }, 200);
    expect(Date.now() - before).toBeLessThan(2_000);
    expect(told).toMatchObject([{ text: expect.stringContaining("did not answer within 0.2 s") }]);
    expect(other.received).toHaveLength(1);
  });

  it("a secret that was never decrypted names the variable that needs no engine", async () => {
    const { notifier, told } = openNotifier();
    await notifier.tell(failed, { slack: { secure: "v1:abc:def" } }, 100);
    expect(told).toMatchObject([{ text: expect.stringContaining("MOORAGE_NOTIFY_SLACK") }]);
  });
});

it("a variable of the environment wins over the configuration", async () => {
  const [configured, given] = [await openListener(), await openListener()];
  const { notifier } = openNotifier({ MOORAGE_NOTIFY_WEBHOOK: given.origin });
  expect(notifier.isUsed({})).toBe(true);
  await notifier.tell(succeeded, { webhook: configured.origin }, 5_000);
  expect([configured.received.length, given.received.length]).toEqual([0, 1]);
});

it.each([
  ["https://key@eu.example.com/x", undefined, { url: "https://eu.example.com/x", key: "key" }],
  ["key", "https://service/", { url: "https://service/", key: "key" }],
  ["key", undefined, undefined],
  ["http://example.com/", undefined, undefined],
  ["https://p%40ss@h/", undefined, { url: "https://h/", key: "p@ss" }],
])("the address %s", (text, service, address) => expect(parseAddress(text, service)).toEqual(address));
