import { type AwsClients, awsClients } from "../src/adapters/aws/clients.js";
import { type Bucket, bucketOf, take } from "../packages/local-aws/src/faults/buckets.js";
import { awsWait, nextDelay } from "../src/context/wait-policy.js";
import { inSimulatedTime, pause } from "./simulated-time.js";

type Service = "ecs" | "elbv2";
type Call = readonly [service: Service, operation: string];

/** How a run asks AWS: throws when its patience is over. */
type Ask = (...call: Call) => Promise<void>;

/** An account whose token buckets are AWS's published ones, all of them full at first. */
function account() {
  const buckets = new Map<string, Bucket>();
  const counts = new Map<string, { calls: number; refused: number }>();
  return {
    counts,
    allows([service, operation]: Call): boolean {
      const family = bucketOf(service, operation);
      if (family === undefined) return true;
      const { allowed, bucket } = take(buckets.get(family.name), family.rate, Date.now());
      buckets.set(family.name, bucket);
      const count = counts.get(operation) ?? { calls: 0, refused: 0 };
      counts.set(operation, { calls: count.calls + 1, refused: count.refused + (allowed ? 0 : 1) });
      return allowed;
    },
  };
}

type Account = ReturnType<typeof account>;

/** What one run asks AWS with. */
interface Clients {
  ecs: Awaited<ReturnType<AwsClients["ecs"]>>;
  elbv2: Awaited<ReturnType<AwsClients["elbv2"]>>;
}

async function open(): Promise<Clients> {
  const clients = awsClients({
    region: "us-east-1",
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
  });
  return { ecs: await clients.ecs(), elbv2: await clients.elbv2() };
}

/** What a preview's run asks before the engine. */
const before: Call[] = [
  ["elbv2", "DescribeRules"],
  ["ecs", "DescribeServices"],
  ["ecs", "ListServiceDeployments"],
];

/** What Pulumi's provider asks to make a preview of one service: what is created, changed and read again. */
const engine: Call[] = [
  ["elbv2", "DescribeListeners"],
  ["elbv2", "DescribeLoadBalancers"],
  ["elbv2", "CreateTargetGroup"],
  ["elbv2", "ModifyTargetGroupAttributes"],
  ["elbv2", "DescribeTargetGroups"],
  ["elbv2", "DescribeTargetGroupAttributes"],
  ["elbv2", "DescribeTags"],
  ["elbv2", "CreateRule"],
  ["elbv2", "DescribeRules"],
  ["elbv2", "DescribeTags"],
  ["ecs", "RegisterTaskDefinition"],
  ["ecs", "CreateService"],
  ["ecs", "DescribeServices"],
];

/** What one look at a rollout asks. */
const look: Call[] = [
  ["ecs", "DescribeServices"],
  ["ecs", "ListServiceDeployments"],
  ["ecs", "DescribeServiceDeployments"],
  ["ecs", "DescribeServiceRevisions"],
];

/** How long Fargate and the load balancer take at least from CreateService to a healthy target, in milliseconds. */
const rolloutMs = 45_000;

/** The driver's own clients decide how it repeats: their strategy is taken from them. */
async function driver({ ecs, elbv2 }: Clients, { allows }: Account): Promise<Ask> {
  const strategies = {
    ecs: await ecs.config.retryStrategy(),
    elbv2: await elbv2.config.retryStrategy(),
  };
  return async (service, operation) => {
    const strategy = strategies[service];
    if (!("acquireInitialRetryToken" in strategy)) throw new Error("The SDK's strategy is of an older kind");
    let token = await strategy.acquireInitialRetryToken("");
    while (!allows([service, operation])) {
      token = await strategy.refreshRetryTokenForRetry(token, { errorType: "THROTTLING" });
      await pause(token.getRetryDelay());
    }
    strategy.recordSuccess(token);
  };
}

/** The provider's: 25 attempts, waits of up to 2^n and 20 seconds. Source: pulumi-aws, `maxRetries`; AWS SDK for Go. */
function provider({ allows }: Account): Ask {
  return async (...call) => {
    for (let attempt = 0; !allows(call); attempt += 1) {
      if (attempt >= 24) throw new Error(`${call[1]}: throttled 25 times`);
      await pause(Math.min(20_000, Math.random() * 2 ** attempt * 1_000));
    }
  };
}

/** One `preview up`. Throws where it would fail. */
async function preview(clients: Clients, aws: Account): Promise<void> {
  const ask = await driver(clients, aws);
  for (const call of before) await ask(...call);
  const provide = provider(aws);
  for (const call of engine) await provide(...call);
  await watch(ask, Date.now() + rolloutMs);
  await ask("elbv2", "DescribeTargetHealth");
}

/** As `src/features/deploy/rollout/watch.ts` watches: a look that fails is repeated within the bound. */
async function watch(ask: Ask, endsAt: number): Promise<void> {
  const deadline = Date.now() + 600_000;
  for (let looks = 0, failures = 0; ;) {
    try {
      for (const call of look) await ask(...call);
      if (Date.now() >= endsAt) return;
      looks += 1;
      failures = 0;
    } catch {
      failures += 1;
    }
    const wait = nextDelay(awsWait, { looks, failures, remaining: deadline - Date.now() }, Math.random());
    if (wait === undefined) throw new Error("The rollout was not seen to end");
    await pause(wait);
  }
}

export interface Burst {
  failures: string[];
  elapsedMs: number;
  /** The least that AWS's buckets and a rollout allow, in milliseconds. */
  leastMs: number;
  counts: ReadonlyMap<string, { calls: number; refused: number }>;
}

/** So many previews that begin at the same moment, in one account. */
export async function burst(previews: number, seed: number): Promise<Burst> {
  const clients = await Promise.all(Array.from({ length: previews }, open));
  const { value, elapsedMs } = await inSimulatedTime(seed, async () => {
    const aws = account();
    const ended = await Promise.allSettled(clients.map((one) => preview(one, aws)));
    const failures = ended.flatMap((one) => (one.status === "rejected" ? [String(one.reason)] : []));
    return { failures, counts: aws.counts };
  });
  return { ...value, elapsedMs, leastMs: drainMs(previews) + rolloutMs };
}

/** Until the slowest bucket has let through what all previews have to ask once. */
function drainMs(previews: number): number {
  const perBucket = new Map<string, { calls: number; burst: number; perSecond: number }>();
  for (const [service, operation] of [...before, ...engine]) {
    const family = bucketOf(service, operation);
    if (family === undefined) continue;
    const known = perBucket.get(family.name) ?? { calls: 0, ...family.rate };
    perBucket.set(family.name, { ...known, calls: known.calls + previews });
  }
  const seconds = [...perBucket.values()].map(
    ({ calls, burst: full, perSecond }) => (calls - full) / perSecond,
  );
  return Math.max(0, ...seconds) * 1_000;
}
