import { findOwned } from "../../../adapters/aws/owned.js";
import type { Context } from "../../../context/context.js";
import type { LookupFinding, Lookup, StateResource } from "../../../adapters/engine/engine.js";
import type { InfraStack } from "./stack.js";

/** The state's bucket and key outlive the foundation that made them: other stacks' state is in it. */
const outlives = /^aws:(s3|kms)\//;

/**
 * What a destroyed stack has left on the target: what its state named, looked for by name, and what carries its tags. What
 * cannot be told is named too, so that nothing is called gone that nobody looked at.
 */
export async function remaining(
  { aws, project }: Pick<Context, "aws" | "project">,
  { stack, kind }: Pick<InfraStack, "stack" | "kind">,
  { lookup, resources }: { lookup: Lookup; resources: readonly StateResource[] },
): Promise<string[]> {
  const found: string[] = [];
  for (const resource of resources) {
    const { type, name, id } = resource;
    if (id === undefined || /^(pulumi|awsx|moorage):/.test(type) || outlives.test(type)) continue;
    const left = told(await lookup(resource, new Set()));
    if (left) found.push(`${type.split(":").at(-1) ?? type} ${name}${left}`);
  }
  const tagged = kind === "foundation" ? await findOwned(aws, { project, stack }) : [];
  return [...found, ...tagged];
}

function told(finding: LookupFinding): string | undefined {
  if (finding.is === "ours") return ` (${finding.id})`;
  return finding.is === "unknown" ? ` (unknown: ${finding.why})` : undefined;
}
