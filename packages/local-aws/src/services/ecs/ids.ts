import { randomBytes, randomInt } from "node:crypto";
import type { Site } from "../../cloud.js";
import { arn } from "../../cloud.js";

/** 19 digits, as in `ecs-svc/1234567890123456789`. */
export function digits(): string {
  return String(randomInt(1, 10)) + Array.from({ length: 18 }, () => randomInt(0, 10)).join("");
}

/** 32 hexadecimal digits: a task. */
export function hexId(): string {
  return randomBytes(16).toString("hex");
}

/** 21 letters and digits: a service deployment. */
export function shortId(): string {
  const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  return Array.from({ length: 21 }, () => letters[randomInt(0, letters.length)]).join("");
}

/** `x` of `arn:...:cluster/x`, and of `x` itself. */
export function lastPart(reference: string): string {
  return reference.slice(reference.lastIndexOf("/") + 1);
}

export const ecsArn = {
  cluster: (site: Site, name: string) => arn("ecs", site, `cluster/${name}`),
  service: (site: Site, cluster: string, name: string) => arn("ecs", site, `service/${cluster}/${name}`),
  task: (site: Site, cluster: string, id: string) => arn("ecs", site, `task/${cluster}/${id}`),
  container: (site: Site, cluster: string, task: string, name: string) =>
    arn("ecs", site, `container/${cluster}/${task}/${name}`),
  family: (site: Site, family: string) => arn("ecs", site, `task-definition/${family}`),
  revision: (site: Site, cluster: string, service: string) =>
    arn("ecs", site, `service-revision/${cluster}/${service}/${digits()}`),
  operation: (site: Site, cluster: string, service: string) =>
    arn("ecs", site, `service-deployment/${cluster}/${service}/${shortId()}`),
};
