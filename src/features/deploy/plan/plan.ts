import { deployedConfig } from "../../../core/project/deployed.js";
import type { Context } from "../../../context/context.js";
import type { Plan } from "../../../adapters/engine/engine.js";
import { MoorageError } from "../../../core/errors.js";
import { planRefusals } from "./guard.js";
import { strategyOf } from "../strategy/strategy-of.js";
import type { StackRecord } from "../../../adapters/record/record.js";
import { readInPlace } from "../in-place.js";
import { changesOf } from "../describe.js";
import { choose } from "../priorities.js";
import type { ChosenRelease } from "../release.js";
import type { DeployRequest } from "../request.js";
import { specOf } from "../spec.js";

/**
 * What the deployment would do, asked of the engine; nothing is changed. Raises `plan-refused` (exit 1) where it would
 * take away what is protected, or a service, or leave a service without healthy tasks.
 */
export async function makePlan(
  context: Context,
  request: DeployRequest,
  record: StackRecord,
  release: ChosenRelease,
): Promise<Plan> {
  const plan = await previewChanges(context, request, record, release);
  const { stack, listener } = request;
  const deployedTag = record.deployed?.imageTag ?? null;
  listener?.planned(plan, { stack, imageTag: release.imageTag, deployedTag });
  const refusals = planRefusals(plan.steps);
  if (refusals.length > 0) throw refused(stack, refusals, plannedOutage);
  const strategy = strategyOf(request.config);
  // A way back is taken all the same.
  const outages = request.purpose !== "rollback" ? strategy.planOutages(plan.steps) : [];
  if (outages.length > 0) throw refused(stack, outages, secondService);
  for (const text of strategy.planWarnings(plan.steps)) context.reporter.notify({ kind: "warning", text });
  context.reporter.notify({ kind: "detail", text: `plan: ${changesOf(plan.changes)}` });
  return plan;
}

/** Plans a deployment and never refuses the plan, for `diff`. A stack that does not exist yet is created, empty. */
export async function previewChanges(
  context: Context,
  request: DeployRequest,
  record: StackRecord,
  release: ChosenRelease,
): Promise<Plan> {
  const { stack, raw, settings, config } = request;
  context.reporter.notify({ kind: "step", text: `Planning ${stack}` });
  const priorities = await choose(context, request, record.priorities ?? {}, []);
  const [engine, { default: program }] = await Promise.all([
    context.engine(),
    import("../../../../stacks/index.js"),
  ]);
  const inPlace = await readInPlace(context, specOf(context, stack, raw, settings), record.exists);
  const planned = deployedConfig(raw, context.target.overlay, { ...release, priorities, ...inPlace });
  return engine.preview(specOf(context, stack, planned, settings), {
    program: () => program({ folder: context.folder }),
    exists: record.exists,
    signal: context.signal,
    timeoutMs: config.deployment.timeout,
  });
}

const plannedOutage =
  "Undo the change; if you want it, plan the outage and make the change with `pulumi up`.";

const secondService =
  "Add a service with the new protocol under another path or host, move users there, then remove the old one; or plan the outage and make the change with `pulumi up`.";

function refused(stack: string, refusals: string[], hint: string): MoorageError {
  return new MoorageError({
    code: "plan-refused",
    message: `The plan of ${stack} is refused:\n${refusals.map((refusal) => `  - ${refusal}`).join("\n")}`,
    hint,
  });
}
