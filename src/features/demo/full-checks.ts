import { startLocalTarget } from "../../context/local-target.js";
import { readNamedStack } from "../../context/named-stack.js";
import type { Invocation } from "../../core/command.js";
import { fetchAnswer } from "../deploy/smoke/probe.js";
import { listJobs } from "../jobs/list.js";
import { runJob } from "../jobs/run.js";
import { runInTask } from "../run/run.js";
import type { DemoPlace } from "./place.js";
import { demoFailed, type Timeline } from "./steps.js";

const patienceMs = 30_000;
const pauseMs = 200;
const day = 86_400_000;

/** web asks the internal service; an order goes through the queue to the worker, which writes its receipt. The order. */
export async function checkParts(
  timeline: Timeline,
  url: string,
  endpoint: string | undefined,
): Promise<string | undefined> {
  await timeline.step(
    "web asks the internal service prices, which nobody else can reach",
    () => jsonAt<Record<string, number>>(new URL("/prices", url)),
    (prices) => JSON.stringify(prices),
  );
  if (endpoint === undefined) return undefined;
  const { order } = await timeline.step(
    "web puts an order into the stack's queue",
    () => jsonAt<{ order: string }>(new URL("/orders/rope", url), "POST"),
    (taken) => taken.order,
  );
  await timeline.step(
    "The worker takes it, and writes its receipt to the bucket",
    () => receiptOf(url, order, (receipt) => receipt["price"] === 12.5),
    (receipt) => JSON.stringify(receipt),
  );
  return order;
}

/** `moorage run`: the migration again, which finds that its steps have been taken. */
export async function checkRun(
  timeline: Timeline,
  { environment, context, ...stack }: DemoPlace,
): Promise<void> {
  const named = { stack: environment, ...stack };
  await timeline.step(
    "The migration ran before the services; a command runs it again",
    () =>
      runInTask(
        context,
        { named, service: "web", words: ["node", "migrate.js"], timeoutMs: 60_000, detach: false },
        () => undefined,
      ),
    ({ lines }) => lines.at(-1) ?? "",
  );
}

/** A job that a person starts, the same one by its schedule, and one that an event starts. */
export async function checkJobs(
  invocation: Invocation,
  timeline: Timeline,
  { environment, context, place }: DemoPlace,
  { url, order }: { url: string; order: string | undefined },
): Promise<void> {
  const named = await readNamedStack(invocation.cwd, environment);
  await timeline.step(
    "A person starts the job report",
    () => runJob(context, { named, job: "report", wait: true, waitMs: patienceMs }),
    ({ lines }) => lines.at(-1) ?? "",
  );
  const local = await startLocalTarget(invocation);
  const lastRun = async (job: string) =>
    (await listJobs(context, named)).find(({ name }) => name === job)?.lastRun;
  const before = (await lastRun("report"))?.task;
  await timeline.step(
    "The clock moves on a day: the schedule starts report",
    async () => {
      await local.clock({ advanceMs: day });
      return until("report has run by its schedule", async () => {
        const run = await lastRun("report");
        return run?.task !== before && run?.exitCode === 0 ? run : undefined;
      });
    },
    ({ task }) => task,
  );
  await local.clock({ reset: true });
  const detail = { order: order ?? "an order" };
  await timeline.step(
    "An event starts the job cancel",
    async () => {
      await local.putEvent({ source: "shop", detailType: "Order Cancelled", detail }, place.site);
      const run = await until("cancel has run", async () => {
        const last = await lastRun("cancel");
        return last?.exitCode === 0 ? last : undefined;
      });
      if (order !== undefined) await receiptOf(url, order, ({ cancelled }) => cancelled === true);
      return run;
    },
    ({ task }) => (order === undefined ? task : `${order} is cancelled`),
  );
}

async function receiptOf(
  url: string,
  order: string,
  isReady: (receipt: Record<string, unknown>) => boolean,
): Promise<Record<string, unknown>> {
  return until(`the receipt of ${order} is there`, async () => {
    const receipt = await jsonAt<Record<string, unknown>>(new URL(`/orders/${order}`, url)).catch(
      () => undefined,
    );
    return receipt !== undefined && isReady(receipt) ? receipt : undefined;
  });
}

async function jsonAt<Value>(url: URL, method: "GET" | "POST" = "GET"): Promise<Value> {
  const { status, body, error } = await fetchAnswer(url.href, 10_000, undefined, method);
  if (status !== undefined && status < 300) return JSON.parse(body) as Value;
  throw demoFailed(`${method} ${url.href} answers ${error ?? `${String(status)}: ${body}`}.`);
}

/** Looks until there is something to see, for half a minute. */
async function until<Value>(what: string, look: () => Promise<Value | undefined>): Promise<Value> {
  const end = performance.now() + patienceMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (performance.now() > end) throw demoFailed(`Not within ${patienceMs / 1_000} s: ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
