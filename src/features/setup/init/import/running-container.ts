import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import type { RunningService } from "../../../../adapters/aws/running-service.js";
import { badRequest } from "../../../../core/errors.js";
import { ecrRegistry } from "../../../../core/project/ecr-registry.js";
import { parseImage } from "../../../../core/project/image-reference.js";
import type { Settings } from "./imported.js";
import { isSecretLike, withoutEmpty } from "./words.js";

/** The app's own: the one that is named, or gets requests, or is the only essential one. Raises `import-unclear` (exit 2). */
export function appContainerOf(
  { service, taskDefinition }: RunningService,
  named: string | undefined,
): ContainerDefinition {
  const all = taskDefinition.containerDefinitions ?? [];
  const front = service.loadBalancers?.find(
    ({ targetGroupArn }) => targetGroupArn !== undefined,
  )?.containerName;
  const essential = all.filter((one) => one.essential ?? true);
  const wanted = named ?? front ?? (essential.length === 1 ? essential[0]?.name : service.serviceName);
  const found = all.find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  throw badRequest(
    "import-unclear",
    `Which container of ${service.serviceName ?? ""} is the app's is not known: ${all
      .map(({ name }) => name)
      .sort()
      .join(", ")}.`,
    "Name it: service:<cluster>/<name>/<container>.",
  );
}

/** Where its image is: `registry` only of ECR. */
export function pulledFrom(image: string): {
  registry?: string;
  repository?: string;
  tag?: string | undefined;
} {
  const at = image.indexOf("/");
  const host = image.slice(0, at);
  if (at < 0 || ecrRegistry(host) === undefined) return { tag: parseImage(image)?.tag };
  const [, repository = "", tag] = /^([^:@]+)(?::([^@]+))?/.exec(image.slice(at + 1)) ?? [];
  return { registry: host, repository, tag };
}

interface Around {
  say: (what: string, why: string) => void;
  site: { partition: string; region: string; account: string };
}

/** What any container of a task has. */
export function containerSettings(container: ContainerDefinition, { say, site }: Around): Settings {
  const {
    name = "",
    environment = [],
    secrets = [],
    healthCheck,
    linuxParameters,
    restartPolicy,
  } = container;
  const at = `containerDefinitions.${name}`;
  const env: Record<string, string> = {};
  for (const { name: key = "", value = "" } of environment) {
    if (["PORT", "MOORAGE_STACK", "MOORAGE_IMAGE_TAG"].includes(key)) continue;
    if (isSecretLike(key, value))
      say(
        `${at}.environment.${key}`,
        "it looks like a secret, and its value is not written: keep it in Secrets Manager, and name its ARN in `secrets`",
      );
    else env[key] = value;
  }
  const refused = (linuxParameters?.capabilities?.add ?? []).filter((one) => one !== "SYS_PTRACE");
  if (refused.length > 0)
    say(`${at}.linuxParameters.capabilities.add`, `Fargate cannot add ${refused.join(", ")}`);
  sayOthers(container, at, say);
  const nofile = container.ulimits?.find((one) => one.name === "nofile");
  return withoutEmpty({
    command: container.command,
    entrypoint: container.entryPoint,
    env,
    secrets: Object.fromEntries(
      secrets.map(({ name: key = "", valueFrom = "" }) => [key, arnOf(valueFrom, site)]),
    ),
    user: container.user,
    readOnly: container.readonlyRootFilesystem === true ? true : undefined,
    stopTimeout: container.stopTimeout,
    healthcheck: healthCheck?.command && withoutEmpty({ ...healthCheck }),
    init: linuxParameters?.initProcessEnabled === true ? true : undefined,
    capabilities: withoutEmpty({
      drop: linuxParameters?.capabilities?.drop,
      add: (linuxParameters?.capabilities?.add ?? []).filter((one) => one === "SYS_PTRACE"),
    }),
    restartPolicy:
      restartPolicy?.enabled === true
        ? withoutEmpty({
            ignoredExitCodes: restartPolicy.ignoredExitCodes,
            attemptPeriod: restartPolicy.restartAttemptPeriod,
          })
        : undefined,
    labels: container.dockerLabels,
    limits: withoutEmpty({
      cpu: container.cpu === 0 ? undefined : container.cpu,
      memory: container.memory,
      memoryReservation: container.memoryReservation,
    }),
    ulimits: nofile && { nofile: { soft: nofile.softLimit, hard: nofile.hardLimit } },
    dependsOn: Object.fromEntries(
      (container.dependsOn ?? []).map((one) => [one.containerName, one.condition]),
    ),
  });
}

/** Source: ECS, Secret: a parameter of the same region may be named by its name alone. */
function arnOf(valueFrom: string, { partition, region, account }: Around["site"]): string {
  if (valueFrom.startsWith("arn:")) return valueFrom;
  return `arn:${partition}:ssm:${region}:${account}:parameter/${valueFrom.replace(/^\//, "")}`;
}

function sayOthers(container: ContainerDefinition, at: string, say: Around["say"]): void {
  const {
    logConfiguration,
    mountPoints = [],
    environmentFiles = [],
    workingDirectory,
    systemControls = [],
    repositoryCredentials,
  } = container;
  if (logConfiguration !== undefined && logConfiguration.logDriver !== "awslogs")
    say(
      `${at}.logConfiguration`,
      `lines go to CloudWatch Logs: ${logConfiguration.logDriver ?? "its driver"} is not carried over`,
    );
  if (mountPoints.length > 0) say(`${at}.mountPoints`, "file systems are not carried over");
  if (environmentFiles.length > 0) say(`${at}.environmentFiles`, "its values are not read");
  if (workingDirectory !== undefined) say(`${at}.workingDirectory`, "say it in the Dockerfile: WORKDIR");
  if (systemControls.length > 0) say(`${at}.systemControls`, "Moorage has no setting for it");
  if (repositoryCredentials !== undefined)
    say(
      `${at}.repositoryCredentials`,
      "images of other registries are pulled without a login: copy it to ECR",
    );
}
