import type { Service } from "@aws-sdk/client-ecs";
import type { RunningService } from "../../../../adapters/aws/running-service.js";
import { chosenRule, priorityOf } from "./running-requests.js";

/** Source: Elastic Load Balancing, "Listener rules": 1 to 50,000. */
const most = 50_000;

/**
 * How a service that another tool made is replaced without a failed request, as commands: Moorage's stands beside it behind a rule that
 * takes nothing yet, and the old rule is then moved behind it (docs/from-scripts.md).
 */
export function takeOver(
  found: RunningService,
  { environment, image, registry, tag = "imported" }: TakenImage,
): string[] {
  const { service } = found;
  const copy =
    registry === undefined
      ? []
      : [
          `Copy the image that runs to Moorage's repository, under the tag ${tag}: crane copy ${image} ${registry}/<app>:${tag}`,
        ];
  return [...copy, ...steps(found, service, `moorage deploy ${environment} --tag ${tag}`, environment)];
}

interface TakenImage {
  environment: string;
  /** As its task definition names it. */
  image: string;
  /** Of ECR; undefined for an image that is not copied. */
  registry?: string | undefined;
  tag?: string | undefined;
}

function steps(found: RunningService, service: Service, deploy: string, environment: string): string[] {
  const cluster = service.clusterArn?.split("/").at(-1) ?? "";
  const gone = `aws ecs delete-service --cluster ${cluster} --service ${service.serviceName ?? ""} --force`;
  const chosen = chosenRule(found);
  if (chosen === undefined)
    return [
      `Start Moorage's service beside it: ${deploy}. Until the old one is deleted both do the work`,
      `Delete the old one with the tool that made it, or: ${gone}`,
    ];
  const { rule, taken } = chosen;
  if (rule.IsDefault === true)
    return [
      `Start Moorage's service: ${deploy}. Its rule comes before the listener's default action, so it takes over as soon as its tasks are healthy`,
      `Once it has run well: ${gone}`,
    ];
  const move = (priority: number) =>
    `aws elbv2 set-rule-priorities --rule-priorities RuleArn=${rule.RuleArn ?? ""},Priority=${priority}`;
  const others = taken.filter((one) => one !== priorityOf(rule));
  const free = (from: number, step: number) => {
    let priority = from;
    while (others.includes(priority)) priority += step;
    return priority;
  };
  return [
    `Keep the old rule before Moorage's: ${move(free(1, 1))}`,
    `Start Moorage's service beside it: ${deploy}. The old one answers all requests meanwhile`,
    `Switch: ${move(free(most, -1))}; the command before the last switches back`,
    `Check it: moorage smoke ${environment}`,
    `After a few days, delete the old rule, service and target group with the tool that made them, or: aws elbv2 delete-rule --rule-arn ${rule.RuleArn ?? ""}; ${gone}`,
  ];
}
