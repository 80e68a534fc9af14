import { setTimeout as delay } from "node:timers/promises";
import { routedLogs } from "../../../core/project/log-routing.js";
import { logGroupName } from "../../../core/project/aws-names.js";
import { loggedLines } from "../../../adapters/aws/logs.js";
import type { Context } from "../../../context/context.js";
import { asMoorageError, badRequest } from "../../../core/errors.js";
import type { NamedStack } from "../../../context/named-stack.js";
import { merged, SeenLines, type ServiceLine } from "./lines.js";

/** A service's log. */
export interface ServiceLog {
  service: string;
  logGroup: string;
}

const mostLines = 10_000;
const mostFailures = 5;

/** The logs of a stack's services, or of the one that is named. Raises `no-service` (exit 2). */
export async function logsOf(
  { records, reporter }: Pick<Context, "records" | "reporter">,
  { stack, request }: NamedStack,
  only: string | undefined,
): Promise<ServiceLog[]> {
  const deployed = (await records.read(stack))?.record.deployed?.services;
  const configured = Object.keys(request.config.services).map((service) => ({
    service,
    logGroup: logGroupName({ app: request.config.app, service, stack }, request.config.logGroupPrefix),
  }));
  const logs = deployed?.map(({ name, logGroup }) => ({ service: name, logGroup })) ?? configured;
  const chosen = only === undefined ? logs : logs.filter(({ service }) => service === only);
  for (const { service } of chosen) tellRouted(reporter, service, request.config.services[service]);
  if (chosen.length > 0) return chosen;
  const known = logs.map(({ service }) => service).join(", ");
  throw badRequest("no-service", `${stack} has no service ${String(only)}.`, `Name one of ${known}.`);
}

/** Where the lines are that CloudWatch has not. */
function tellRouted(
  reporter: Context["reporter"],
  service: string,
  settings: NamedStack["request"]["config"]["services"][string] | undefined,
): void {
  const routed = settings && routedLogs(service, settings);
  if (routed === undefined) return;
  const text = `${service}: the lines of ${routed.containers.join(", ")} are where the log router ${routed.router} sends them; CloudWatch has those of the other containers.`;
  reporter.notify({ kind: "warning", text });
}

/** A job's log. Raises `no-job` (exit 2). */
export async function logOfJob(
  { records }: Context,
  { stack, request }: NamedStack,
  job: string,
): Promise<ServiceLog[]> {
  const deployed = (await records.read(stack))?.record.deployed?.jobs;
  const known = deployed?.map(({ name }) => name) ?? Object.keys(request.config.jobs);
  if (!known.includes(job)) {
    const hint = known.length > 0 ? `Name one of ${known.join(", ")}.` : "moorage:jobs names none for it.";
    throw badRequest("no-job", `${stack} has no job ${JSON.stringify(job)}.`, hint);
  }
  const owner = { app: request.config.app, service: job, stack };
  const logGroup = deployed?.find(({ name }) => name === job)?.logGroup;
  return [{ service: job, logGroup: logGroup ?? logGroupName(owner, request.config.logGroupPrefix) }];
}

/** What the services have written since `from`, in the order of time. */
export async function readLines(context: Context, logs: ServiceLog[], from: number): Promise<ServiceLine[]> {
  return merged(
    await Promise.all(
      logs.map(async ({ service, logGroup }) => {
        const lines = await loggedLines(context.aws, { logGroup, from, limit: mostLines });
        if (lines?.length === mostLines) {
          const text = `${service} has more than ${mostLines} lines: the newest of them are not shown.`;
          context.reporter.notify({ kind: "warning", text, hint: "give a shorter --since" });
        }
        return (lines ?? []).map((line) => ({ ...line, service }));
      }),
    ),
  );
}

/**
 * Tells each line as it comes, until the context's signal says stop. Looks that fail are repeated, at most five in a row;
 * then the last error is raised.
 */
export async function followLines(
  context: Context,
  logs: ServiceLog[],
  from: number,
  tell: (line: ServiceLine) => void,
): Promise<void> {
  const { signal, target, reporter } = context;
  const seen = new SeenLines(from);
  let failures = 0;
  while (!signal.aborted) {
    try {
      for (const line of seen.fresh(await readLines(context, logs, seen.since))) tell(line);
      failures = 0;
    } catch (error) {
      failures += 1;
      const problem = asMoorageError(error);
      if (failures === mostFailures) throw problem;
      reporter.notify({ kind: "warning", text: `${problem.message} Trying again.` });
    }
    await delay(target.wait.first, undefined, { signal }).catch(() => undefined);
  }
}
