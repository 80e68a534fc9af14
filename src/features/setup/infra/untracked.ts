import type { Context } from "../../../context/context.js";
import type {
  LookupFinding,
  Lookup,
  Plan,
  PlanStep,
  StackSpec,
  Untracked,
} from "../../../adapters/engine/engine.js";
import { hasCode, MoorageError } from "../../../core/errors.js";

/** Settings of something else overwrite what was set: only what stands by itself can be in the way. */
const standsAlone =
  /^aws:(ecr\/repository:|s3\/bucket:|kms\/|iam\/(role|policy|openIdConnectProvider):|lb\/|ecs\/cluster:|acm\/certificate:|route53\/|ec2\/)/;

/** The engine's mark of a value that is not known yet (pulumi: sdk/go/common/resource/plugin, UnknownStringValue). */
const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** What finders look by. Where one of these is not known yet, the thing cannot be there. */
const identity = [
  ...["name", "bucket", "url", "tags", "type", "zoneId", "setIdentifier", "records", "aliases"],
  ...["domainName", "subjectAlternativeNames", "loadBalancerArn", "port", "listenerArn", "actions"],
  ...["vpcId", "subnetId", "cidrBlock", "serviceName", "routeTableId", "gatewayId", "destinationCidrBlock"],
];

const timeoutMs = 5 * 60_000;

/**
 * What the plan would create and is there already. Ours is taken into the state, which true says: a creation that was still
 * under way when its run was killed, say. Raises `name-taken` for what is somebody else's, which some of AWS's calls would
 * simply change (CreateCluster answers with the cluster that is there), and `left-behind` for ours that cannot be taken over.
 */
export async function adoptUntracked(
  context: Pick<Context, "engine" | "signal" | "reporter">,
  spec: StackSpec,
  plan: Plan,
  lookup: Lookup,
): Promise<boolean> {
  const engine = await context.engine();
  const found: Untracked[] = [];
  const taken: string[] = [];
  const known = knownIds((await engine.state(spec))?.resources ?? []);
  for (const step of plan.steps.filter(mayBeThere)) {
    const ids = known.get(step.type) ?? new Set();
    known.set(step.type, ids);
    const finding = await look(context, step, lookup, ids);
    if (finding?.is === "others") taken.push(finding.what);
    if (finding?.is !== "ours") continue;
    ids.add(finding.id);
    found.push({ step, id: finding.id });
  }
  if (taken.length > 0) throw nameTaken(spec.stack, taken);
  if (found.length === 0) return false;
  const adopted = await engine.adopt(spec, found, { signal: context.signal, timeoutMs });
  for (const urn of adopted) {
    context.reporter.notify({ kind: "detail", text: `adopted ${urn.split("::").slice(-2).join(" ")}` });
  }
  const left = found.filter(({ step }) => !adopted.includes(step.urn));
  if (left.length > 0) throw leftBehind(spec.stack, left);
  return true;
}

function mayBeThere({ operation, type, after }: PlanStep): boolean {
  // A record that may be written over proves a host: every certificate of the account writes the same.
  return operation === "create" && standsAlone.test(type) && after?.["allowOverwrite"] !== true;
}

/** Undefined where it cannot be told: AWS refuses the creation then, if something is in its way. */
async function look(
  { signal }: Pick<Context, "signal">,
  step: PlanStep,
  lookup: Lookup,
  known: ReadonlySet<string>,
): Promise<LookupFinding | undefined> {
  const inputs = step.after ?? {};
  const telling = Object.fromEntries(identity.map((key) => [key, inputs[key]]));
  if (JSON.stringify(telling).includes(unknownValue)) return undefined;
  try {
    return await lookup({ urn: step.urn, type: step.type, name: step.name, inputs, outputs: {} }, known);
  } catch (error) {
    signal.throwIfAborted();
    if (hasCode(error, "permission")) return undefined;
    throw error;
  }
}

function knownIds(resources: readonly { type: string; id?: string }[]): Map<string, Set<string>> {
  const known = new Map<string, Set<string>>();
  for (const { type, id } of resources) {
    if (id !== undefined) known.set(type, (known.get(type) ?? new Set()).add(id));
  }
  return known;
}

function nameTaken(stack: string, taken: readonly string[]): MoorageError {
  return new MoorageError({
    code: "name-taken",
    message: `${stack} needs names that are taken by others:\n${taken.map((what) => `  - ${what}`).join("\n")}`,
    hint: "Nothing was changed. Use other names for the stack, or remove these resources if nobody needs them.",
  });
}

/** What of an earlier stack of this name stands in the way of a new one. */
export function leftBehind(
  stack: string,
  left: readonly { step: Pick<PlanStep, "type">; id: string }[],
): MoorageError {
  const told = left.map(({ step, id }) => `  - ${step.type} ${id}`).join("\n");
  const bucket = left.find(({ step }) => step.type === "aws:s3/bucket:Bucket")?.id;
  const alias = left.find(({ step }) => step.type === "aws:kms/alias:Alias")?.id;
  const isState = bucket !== undefined || alias !== undefined;
  return new MoorageError({
    code: "left-behind",
    message: `${stack} is new, but these resources have its tags:\n${told}`,
    hint: isState
      ? `A destroyed foundation keeps its state's bucket and key: name them in its yaml, \`state: { bucket: ${bucket ?? "..."}, existing: true, key: ${alias ?? "..."} }\`.`
      : "Nothing was changed. Remove the leftovers of an earlier stack of this name, then run the command again.",
  });
}
