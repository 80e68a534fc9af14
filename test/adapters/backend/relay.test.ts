import { expect, it, onTestFinished } from "vitest";
import type { BucketAnswer, BucketRequest } from "../../../src/adapters/backend/bucket-http.js";
import { openRelay } from "../../../src/adapters/backend/relay.js";
import { parseS3Url } from "../../../src/adapters/backend/s3-url.js";

const place = parseS3Url("s3://acme/team?region=eu-west-1");
const state = "/team/.pulumi/stacks/hello/dev.json";
const ok = (text = ""): BucketAnswer => ({ status: 200, headers: { etag: '"1"' }, body: Buffer.from(text) });
const refused = (status: number, code: string): BucketAnswer => ({
  status,
  headers: {},
  body: Buffer.from(`<Error><Code>${code}</Code><Message>${code} it says</Message></Error>`),
});

/** A relay to a bucket that gives these answers, the last one for ever. */
async function relayTo(...answers: (BucketAnswer | Error)[]) {
  const asked: BucketRequest[] = [];
  const told: string[] = [];
  const relay = await openRelay({
    place,
    async forward(request) {
      asked.push(request);
      const answer = answers[Math.min(asked.length, answers.length) - 1] ?? ok();
      if (answer instanceof Error) throw answer;
      return answer;
    },
    isState: (path) => path === state,
    patienceMs: 1_200,
    keep: async ({ body }, reason) => void told.push(`keep ${body.toString()}: ${reason}`),
    taken: async () => void told.push("taken"),
    giveUp: () => void told.push("give up"),
  });
  onTestFinished(() => relay.close());
  const endpoint = new URL(relay.url).searchParams.get("endpoint") ?? "";
  const send = (path: string, method = "GET", body?: string, headers: Record<string, string> = {}) =>
    fetch(`${endpoint}/acme${path}`, { method, headers, ...(body !== undefined && { body }) });
  return { relay, endpoint, asked, told, send };
}

it("passes requests and answers on as they are", async () => {
  const { asked, send, relay } = await relayTo(ok("there"));
  expect(relay.url).toMatch(/^s3:\/\/acme\/team\/\?endpoint=.*&s3ForcePathStyle=true&anonymous=true$/);
  const answer = await send("/team/a%20b?x-id=GetObject", "GET");
  expect([answer.status, answer.headers.get("etag"), await answer.text()]).toEqual([200, '"1"', "there"]);
  expect(asked[0]).toMatchObject({ method: "GET", path: "/team/a%20b", query: "x-id=GetObject" });
});

it("answers nobody who does not know its address", async () => {
  const { endpoint, asked } = await relayTo();
  const guessed = endpoint.replace(/[0-9a-f]{32}/, "0".repeat(32));
  expect((await fetch(`${guessed}/acme${state}`)).status).toBe(403);
  expect((await fetch(`${endpoint}/other${state}`)).status).toBe(403);
  expect(asked).toEqual([]);
});

it("says why the bucket cannot be reached", async () => {
  const { send } = await relayTo(new Error("connect ECONNREFUSED <somewhere>"));
  const answer = await send("/team/other");
  expect(answer.status).toBe(503);
  expect(await answer.text()).toContain("connect ECONNREFUSED  somewhere ");
});

it("F15: keeps a state that the bucket does not take, until it does", async () => {
  const { send, told } = await relayTo(refused(503, "SlowDown"), new Error("reset"), ok());
  expect((await send(state, "PUT", "one")).status).toBe(200);
  expect(told).toEqual(["keep one: SlowDown it says", "taken"]);
});

it("F15: keeps every state, refuses the rest and gives up when the bucket's time is over", async () => {
  const { send, told, asked } = await relayTo(refused(503, "SlowDown"));
  expect((await send(state, "PUT", "one")).status).toBe(200);
  const tries = asked.length;
  expect((await send(state, "PUT", "two")).status).toBe(200);
  expect((await send("/team/.pulumi/locks/x.json", "DELETE")).status).toBe(403);
  expect(told).toEqual(["keep one: SlowDown it says", "give up", "keep two: ", "give up"]);
  expect(tries).toBeGreaterThan(1);
  expect(asked).toHaveLength(tries);
});

it("F15: does not wait where waiting cannot help: credentials that have ended", async () => {
  const { send, told, asked } = await relayTo(refused(403, "ExpiredToken"));
  await send(state, "PUT", "one");
  expect(told).toEqual(["keep one: ExpiredToken it says", "give up"]);
  expect(asked).toHaveLength(1);
});

it("takes a copy of a state for no state", async () => {
  const { send, told } = await relayTo(refused(503, "SlowDown"));
  expect((await send(state, "PUT", "", { "x-amz-copy-source": "acme/x" })).status).toBe(503);
  expect(told).toEqual([]);
});
