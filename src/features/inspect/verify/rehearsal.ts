import type { Unplayed } from "../../../context/target.js";
import type { ServiceConfig } from "../../../core/project/service-schema.js";
import { type Finding, find, pass, type Judgement, skip } from "./finding.js";
import type { VerifyInput } from "./verify-input.js";

/** What a target that plays AWS does not play of a service; none on AWS itself. */
export function rehearsalFindings(
  { config, context: { target } }: Pick<VerifyInput, "config" | "context">,
  name: string,
): Promise<Finding>[] {
  const service = config.services[name];
  const { unplayed } = target;
  if (service === undefined || unplayed === undefined) return [];
  return [find(`${name}/rehearsal`, async () => judgeRehearsal(service, await unplayed(), target.platform))];
}

type Container = Pick<ServiceConfig, "readOnly" | "user">;

/** What its containers ask for that is not played, each with the reason. */
export function judgeRehearsal(
  service: Container & Pick<ServiceConfig, "architecture"> & { sidecars: Record<string, Container> },
  { user, readOnly }: Unplayed,
  platform?: string,
): Judgement {
  const containers = [service, ...Object.values(service.sidecars)];
  const wanted = service.architecture === "ARM64" ? "linux/arm64" : "linux/amd64";
  const missing = [
    ...(platform !== undefined && platform !== wanted
      ? [`\`architecture: ${service.architecture}\` (tasks run on ${platform})`]
      : []),
    ...(user !== "" && containers.some((one) => one.user !== "image") ? [`\`user\` (${user})`] : []),
    ...(readOnly !== "" && containers.some((one) => one.readOnly) ? [`\`readOnly\` (${readOnly})`] : []),
  ];
  if (missing.length === 0) return pass("All that its containers ask for is rehearsed here.");
  return skip(`Not rehearsed here: ${missing.join("; ")}.`);
}
