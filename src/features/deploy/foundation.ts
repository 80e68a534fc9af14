import { targetGroupNow } from "../../adapters/aws/target-groups.js";
import { balancerRoom, type BalancerRoom } from "../../adapters/aws/quotas.js";
import { type Config, type Foundation, foundationShape } from "../../core/project/schema.js";
import type { Context } from "../../context/context.js";
import { hasCode, MoorageError } from "../../core/errors.js";
import { allowedRoles } from "../../core/project/preview-allowed.js";
import { pullRequestOf } from "../../core/project/preview-names.js";
import type { HeldStack } from "../../adapters/record/lock.js";
import type { StackRecord } from "../../adapters/record/record.js";
import { wantedRules } from "../../core/project/kinds/kind-of.js";
import { ruleKeyOf } from "../../core/project/priorities.js";
import { chooseEntrance, entrancesOf } from "../../core/project/choose-listener.js";
import type { DeployRequest } from "./request.js";
import {
  foundationIn,
  foundationOf,
  foundationOutputs,
  foundationRecord,
  recordedOutputs,
  type RecordsContext,
} from "./foundation-outputs.js";
import { foundationName } from "../../core/project/foundation-of-app.js";

/** The foundation that is meant: the target's own, else the configuration's; a stack's name where only that is known. */
export function chosenFoundation(
  { target }: Context,
  config: Pick<Config, "foundation">,
): Config["foundation"] {
  const own = target.overlay["moorage:foundation"];
  return own === undefined ? config.foundation : foundationShape.parse(own);
}

/** The foundation as far as the configuration describes it; empty if the configuration only names its stack. */
export function knownFoundation(context: Context, config: Pick<Config, "foundation">): Partial<Foundation> {
  const foundation = chosenFoundation(context, config);
  return typeof foundation === "string" ? {} : foundation;
}

type Request = Pick<DeployRequest, "stack"> & {
  config: Pick<Config, "app" | "logGroupPrefix" | "foundation">;
};

/**
 * The request with the foundation that its stack stands on in place of a name, and of several load balancers the one it
 * stands at. Left as it is where the foundation's stack cannot be looked into; the program says then what is wrong.
 */
export async function onFoundation<Some extends Request>(
  context: Context,
  request: Some,
  { entrance }: Pick<StackRecord, "entrance">,
): Promise<Some> {
  const given = chosenFoundation(context, request.config);
  const found = typeof given === "string" ? await ofStack(context, request.config, given) : given;
  return standingOn(request, found, entrance);
}

/** The same for a stack that goes: a foundation that does not list its app any more keeps nothing of it from being destroyed. */
export async function onFormerFoundation<Some extends Request>(
  context: Context,
  request: Some,
  record: Pick<StackRecord, "entrance">,
): Promise<Some> {
  try {
    return await onFoundation(context, request, record);
  } catch (error) {
    const name = request.config.foundation;
    if (!hasCode(error, "not-on-foundation") || typeof name !== "string") throw error;
    return standingOn(request, foundationIn(await foundationOutputs(context, name)), record.entrance);
  }
}

function standingOn<Some extends Request>(
  request: Some,
  found: Foundation | undefined,
  entrance: string | undefined,
): Some {
  if (found === undefined) return request;
  const entrances = entrancesOf(found, request.stack);
  const foundation = entrances.find(({ listener }) => listener === entrance) ?? entrances[0];
  return { ...request, config: { ...request.config, foundation } };
}

/**
 * Resolves the foundation for a deployment and chooses its listener: a new preview gets the load balancer with the most room.
 * Raises `no-room` (exit 4) before anything is created where there is none for the stack's new services (F17).
 */
export async function assignListener(
  context: Context,
  held: HeldStack,
  request: DeployRequest,
): Promise<DeployRequest> {
  const { record } = held;
  await refuseGoing(context, request);
  const current = record.entrance ?? (await whereItStands(context, request, record));
  const standing = await onFoundation(context, request, { ...(current && { entrance: current }) });
  const foundation = chosenFoundation(context, standing.config);
  if (typeof foundation === "string") return request;
  const isPreview = pullRequestOf(request.stack) !== undefined;
  if (isPreview) allowedRoles(request.stack, request.config, foundation);
  const needed = wantedRules(request.config).filter(
    (rule) => rule.listener === undefined && !(ruleKeyOf(rule) in (record.priorities ?? {})),
  );
  if (needed.length === 0) return placed(standing, foundation);
  const all = entrancesOf(foundation, request.stack);
  const isHere = all.some(({ listener }) => listener === current);
  const possible = isPreview && !isHere ? all : [foundation];
  const entrances = await Promise.all(possible.map((one) => withRoom(context, one)));
  const chosen = chooseEntrance(entrances, needed.length, isHere ? current : undefined);
  if (chosen === undefined) throw loadBalancersFull(request.stack, needed.length, entrances);
  if (entrances.length > 1) await held.update({ entrance: chosen.listener });
  return placed(standing, chosen.foundation);
}

/**
 * Of several load balancers the one where a stack's rules are that was made when there was one: a target group belongs to one
 * load balancer. Undefined for a new stack, and where there is no choice.
 */
export async function whereItStands(
  context: Context,
  { stack, config }: DeployRequest,
  { deployed }: StackRecord,
): Promise<string | undefined> {
  const targetGroups = (deployed?.services ?? []).flatMap(({ targetGroup }) => targetGroup ?? []);
  if (targetGroups.length === 0) return undefined;
  const given = chosenFoundation(context, config);
  const found = typeof given === "string" ? await ofStack(context, config, given) : given;
  const entrances = found === undefined ? [] : entrancesOf(found, stack);
  if (entrances.length < 2) return undefined;
  // A service with a `listener` of its own is at none of them.
  const groups = await Promise.all(targetGroups.map((arn) => targetGroupNow(context.aws, arn)));
  const paths = groups.flatMap((group) =>
    (group?.loadBalancers ?? []).map((arn) => arn.split(":loadbalancer/")[1] ?? ""),
  );
  const own = entrances.find(({ listener }) => paths.some((path) => listener.includes(`:listener/${path}/`)));
  return own?.listener;
}

/** The program is told by the listener, which is one of its foundation's. */
function placed(request: DeployRequest, foundation: Foundation): DeployRequest {
  const { config, raw } = request;
  const isChoice = entrancesOf(foundation, request.stack).length > 1;
  const told = isChoice ? { ...raw, "moorage:entrance": foundation.listener } : raw;
  return { ...request, config: { ...config, foundation }, raw: told };
}

async function withRoom(context: Context, foundation: Foundation) {
  const room = await balancerRoom(context.aws, foundation.listener);
  return { foundation, listener: foundation.listener, free: freeIn(room) };
}

function freeIn({ rules, targetGroups }: BalancerRoom): number | undefined {
  const free = [rules, targetGroups].flatMap(({ used, most }) => (most === undefined ? [] : [most - used]));
  return free.length === 0 ? undefined : Math.min(...free);
}

/**
 * Nothing is deployed onto a foundation that is going. The stack's own lock is held already, so whoever destroys the foundation
 * sees it, or is seen here.
 */
export async function refuseGoing(
  context: RecordsContext & Pick<Context, "target">,
  { stack, config }: Pick<DeployRequest, "stack" | "config">,
): Promise<void> {
  const name = context.target.overlay["moorage:foundation"] === undefined ? config.foundation : undefined;
  if (typeof name !== "string") return;
  const record = await foundationRecord(context, name);
  if (record?.status !== "destroying") return;
  throw new MoorageError({
    code: "foundation-going",
    message: `${stack} is on ${name}, which is being destroyed, or was partly destroyed.`,
    hint: `Complete \`moorage infra destroy ${foundationName(name).stack}\`, or restore it with \`moorage infra up ${foundationName(name).stack}\`.`,
  });
}

/** What the foundation's last update told: from its record, else from its state. */
async function ofStack(
  context: Context,
  config: Pick<Config, "app" | "logGroupPrefix">,
  name: string,
): Promise<Foundation | undefined> {
  return foundationOf(context, config, name, await foundationOutputs(context, name));
}

/** The foundation that the configuration names, as its record has it for all of its apps: no checkpoint is read. */
export async function recordedFoundation(
  context: RecordsContext,
  { foundation: name }: Pick<Config, "foundation">,
): Promise<Foundation | undefined> {
  if (typeof name !== "string") return undefined;
  return foundationIn(await recordedOutputs(context, name));
}

/** Of a stack for which no load balancer of the foundation has room (exit 4). */
export function loadBalancersFull(
  stack: string,
  needed: number,
  entrances: readonly { listener: string; free?: number | undefined }[],
) {
  const told = entrances.map(
    ({ listener, free = 0 }) => `${listener.split("/").at(-3) ?? listener} for ${Math.max(0, free)}`,
  );
  return new MoorageError({
    code: "no-room",
    message: `${stack} needs room for ${needed} more rules and target groups; there is room at ${told.join(", ")}.`,
    hint: "Destroy previews (`moorage preview list`), or raise moorage:loadBalancers.count of the foundation.",
  });
}
