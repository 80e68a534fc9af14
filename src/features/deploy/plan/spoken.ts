import type { Context } from "../../../context/context.js";
import { MoorageError } from "../../../core/errors.js";
import { endpointsIn } from "../../../core/project/connect.js";
import type { StackRecord } from "../../../adapters/record/record.js";
import { readInPlace } from "../in-place.js";
import type { DeployRequest } from "../request.js";
import { specOf } from "../spec.js";

/**
 * Raises `plan-refused` where a service that is reached by name would speak another protocol: ECS changes it for no name that is
 * there, and the update would fail half way. Source: ECS, PortMapping: "appProtocol is immutable in a Service Connect service.
 * Updating this field requires a service deletion and redeployment."
 */
export async function checkSpoken(
  context: Context,
  { stack, raw, settings, config }: DeployRequest,
  { exists }: Pick<StackRecord, "exists">,
): Promise<void> {
  const endpoints = endpointsIn(config.services);
  if (endpoints.length === 0) return;
  const { spoken } = await readInPlace(context, specOf(context, stack, raw, settings), exists);
  const reasons = endpoints.flatMap(({ service, settings: { protocol } }) => {
    const before = spoken[service];
    if (before === undefined || before === protocol) return [];
    return [
      `  - moorage:services.${service}.connect.protocol changes from ${before} to ${protocol}, and ECS changes it in no service that is there.`,
    ];
  });
  if (reasons.length === 0) return;
  throw new MoorageError({
    code: "plan-refused",
    message: [`The plan of ${stack} is refused:`, ...reasons].join("\n"),
    hint: "Add a service of another name with the new protocol, let its callers use it, then remove the old one. Where an outage is fine, remove the service, deploy, and add it again.",
  });
}
