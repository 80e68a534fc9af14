import type { Context } from "../../context/context.js";
import type { NamedStack } from "../../context/named-stack.js";
import type { RecordedService, StackRecord } from "../../adapters/record/record.js";
import { badRequest } from "../../core/errors.js";
import { didYouMean } from "../../core/project/suggest.js";

/** A service of a stack, as it is deployed. */
export interface ChosenService {
  service: RecordedService;
  /** ARN. */
  cluster: string;
}

/** The service that is named, or the stack's only one. Raises `never-deployed` and `no-service` (exit 2). */
export async function chosenService(
  { records }: Pick<Context, "records">,
  { stack }: Pick<NamedStack, "stack">,
  name: string | undefined,
): Promise<ChosenService> {
  const record = (await records.read(stack))?.record;
  const { deployed, clusterArn: cluster } = record ?? {};
  if (deployed === undefined || cluster === undefined || deployed.services.length === 0)
    throw badRequest(
      "never-deployed",
      `${stack} has no services: it was never deployed.`,
      "Deploy it first; `moorage status` shows what is deployed.",
    );
  return { service: choose(stack, deployed, name), cluster };
}

function choose(
  stack: string,
  { services, jobs = [] }: NonNullable<StackRecord["deployed"]>,
  name: string | undefined,
): RecordedService {
  const known = services.map((one) => one.name);
  const [only, ...more] = services;
  if (name === undefined && only !== undefined && more.length === 0) return only;
  const found = services.find((one) => one.name === name);
  if (found !== undefined) return found;
  if (name === undefined)
    throw badRequest("no-service", `${stack} has several services.`, `Name one of ${known.join(", ")}.`);
  if (jobs.some((job) => job.name === name))
    throw badRequest(
      "no-service",
      `${name} of ${stack} is a job, not a service.`,
      `\`moorage job run ${stack} ${name}\` starts it; or name one of ${known.join(", ")}.`,
    );
  throw badRequest(
    "no-service",
    `${stack} has no service ${JSON.stringify(name)} deployed (${didYouMean(name, known)}).`,
    "A new service comes with the next deployment.",
  );
}
