import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import { clientError } from "./errors.js";

/** Throws ClientException. Sources: FirelensConfiguration; ECS, "Send Amazon ECS logs to an AWS service or AWS Partner". */
export function checkRouters(definitions: readonly ContainerDefinition[]): void {
  const routers = definitions.filter(({ firelensConfiguration }) => firelensConfiguration !== undefined);
  const [first, second] = routers;
  if (second !== undefined)
    throw clientError("A task definition takes one container with a firelensConfiguration.");
  const { type, options } = first?.firelensConfiguration ?? {};
  if (first !== undefined && type !== "fluentd" && type !== "fluentbit")
    throw clientError(`Invalid firelensConfiguration type '${String(type)}'.`);
  if (options?.["config-file-type"] === "s3")
    throw clientError("Tasks on Fargate only support the config-file-type file.");
  const routed = definitions.find(({ logConfiguration }) => logConfiguration?.logDriver === "awsfirelens");
  if (routed !== undefined && first === undefined)
    throw clientError(
      `Container '${routed.name ?? ""}' uses the log driver awsfirelens, and no container has a firelensConfiguration.`,
    );
}
