import { z } from "zod";
import { build } from "./build-schema.js";
import { checkSidecarImage } from "./built-sidecars.js";
import { containerOptions } from "./container-options.js";
import { type Report, rule } from "./rule.js";
import { containerUser, fixedImage, secretReferences, stopTimeout, variables } from "./service-values.js";
import { firelens, logging } from "./log-routing.js";
import { mounts } from "./volumes.js";
import { didYouMean } from "./suggest.js";
import { flag, oneOf, repositoryName, shortName, strict } from "./values.js";

/** What a container waits for before it starts: that another one has started, exited, exited with 0, or is healthy. */
const condition = oneOf(["START", "COMPLETE", "SUCCESS", "HEALTHY"]);

/** Conditions by container. Source: ContainerDependency. */
export const dependencies = z.record(shortName, condition, {
  error: "must map sidecars to START, COMPLETE, SUCCESS or HEALTHY",
});

const sidecar = strict({
  /** The service's own image where it names none: a worker beside the app. */
  image: fixedImage.optional(),
  /** An image of its own that is built, and follows the image tag as the service's does. */
  repository: repositoryName.optional(),
  build: build.optional(),
  ...containerOptions,
  /** Whether its end is the end of the task. */
  essential: flag.default(false),
  env: variables.default({}),
  secrets: secretReferences.default({}),
  user: containerUser,
  readOnly: flag.default(false),
  dependsOn: dependencies.default({}),
  /** Which of the service's volumes it sees, and where. */
  mounts: mounts.default({}),
  logging: logging.optional(),
  /** Makes it the task's log router. */
  firelens: firelens.optional(),
  stopTimeout: stopTimeout.optional(),
});

/** Containers that run beside the app's in every task, by name. */
export const sidecars = z.record(shortName, sidecar, { error: "must map names to their settings" });

export type Sidecar = z.infer<typeof sidecar>;

const parts = z.record(
  z.string(),
  z.object({
    essential: z.boolean(),
    dependsOn: z.record(z.string(), z.string()),
    healthcheck: z.unknown().optional(),
    image: z.unknown().optional(),
    repository: z.unknown().optional(),
    build: z.unknown().optional(),
  }),
);
type Parts = z.infer<typeof parts>;

/** What a service's containers must agree on. */
export const sidecarRules = [
  rule(
    { sidecars: parts, dependsOn: z.record(z.string(), z.string()) },
    ({ sidecars, dependsOn }, report) => {
      checkDependencies(["dependsOn"], dependsOn, sidecars, report);
      for (const [name, sidecar] of Object.entries(sidecars)) {
        const path = ["sidecars", name, "dependsOn"];
        checkDependencies(path, sidecar.dependsOn, sidecars, report);
        checkSidecarImage(["sidecars", name], sidecar, report);
        if (waitsForItself(name, sidecars)) report(path, "waits for itself in the end: break the circle");
      }
    },
  ),
];

/** An essential container that ends takes its task with it, so nobody can wait for its end. */
function checkDependencies(
  path: string[],
  on: Record<string, string>,
  sidecars: Parts,
  report: Report,
): void {
  for (const [name, condition] of Object.entries(on)) {
    const other = Object.hasOwn(sidecars, name) ? sidecars[name] : undefined;
    if (other === undefined) {
      report([...path, name], `is not a sidecar (${didYouMean(name, Object.keys(sidecars))})`);
    } else if (condition === "HEALTHY") {
      if (other.healthcheck === undefined)
        report(
          [...path, name],
          "has no `healthcheck`, so nothing tells whether it is healthy: add one",
          condition,
        );
    } else if (other.essential && condition !== "START") {
      report(
        [...path, name],
        "is essential, so its end ends the task: wait for its START, or until it is HEALTHY",
        condition,
      );
    }
  }
}

function waitsForItself(start: string, sidecars: Parts): boolean {
  const seen = new Set<string>();
  const queue = Object.keys(sidecars[start]?.dependsOn ?? {});
  for (const name of queue) {
    if (name === start) return true;
    if (seen.has(name)) continue;
    seen.add(name);
    queue.push(...Object.keys(sidecars[name]?.dependsOn ?? {}));
  }
  return false;
}
