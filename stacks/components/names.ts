import { createHash } from "node:crypto";

/** Whose name it is. All three are lower-case words joined by single hyphens (`src/config/values.ts`). */
export interface Owner {
  app: string;
  service: string;
  /** `dev`, `pr-42`. */
  stack: string;
}

/** The ECS service, and the task definition's family. ECS allows 255 characters. */
export function serviceName(owner: Owner): string {
  return fit(plainName([owner.app, owner.service], owner.stack), 255, owner.stack);
}

/** IAM allows 64 characters, in one namespace for the whole account. */
export function roleName(owner: Owner, role: "execution" | "task"): string {
  return fit(plainName([owner.app, owner.service, role], owner.stack), 64, owner.stack);
}

/**
 * Elastic Load Balancing allows 32 characters. `fixed` is what AWS cannot change in place: its hash makes the
 * replacement another name, so that it stands before the old group goes.
 */
export function targetGroupName(owner: Owner, fixed: readonly (string | number)[]): string {
  return hashedName(owner, fixed, 32);
}

/** EC2 allows 255 characters; `fixed` as for the target group. */
export function securityGroupName(owner: Owner, fixed: readonly string[]): string {
  return hashedName(owner, fixed, 255);
}

/** What a service is watched for, where `moorage:alarms` names topics. */
export const alarmKinds = ["unhealthy", "errors", "latency", "cpu", "memory", "running"] as const;

export type AlarmKind = (typeof alarmKinds)[number];

/** CloudWatch allows 255 characters. */
export function alarmName(owner: Owner, alarm: AlarmKind): string {
  return fit(plainName([owner.app, owner.service, alarm], owner.stack), 255, owner.stack);
}

/** Where a service's tasks write. The app is not in it: two apps of one environment need prefixes of their own. */
export function logGroupName({ service, stack }: Owner, prefix: string): string {
  return `${prefix}/${stack}/${service}`;
}

/** Hyphens inside a part are doubled, so that `my-app` + `web` and `my` + `app-web` stay apart. */
function plainName(parts: string[], stack: string): string {
  return [...parts.map((part) => part.replaceAll("-", "--")), stack].join("-");
}

function hashedName(owner: Owner, fixed: readonly (string | number)[], limit: number): string {
  const hash = shortHash([owner.app, owner.service, owner.stack, ...fixed].join("\n"));
  return withTail(`${owner.app}-${owner.service}`, `-${hash}-${owner.stack}`, limit);
}

/** A name that is too long is cut, and keeps its stack's suffix after a hash of the whole. */
export function fit(name: string, limit: number, stack: string): string {
  return name.length <= limit ? name : withTail(name, `-${shortHash(name)}-${stack}`, limit);
}

function withTail(head: string, tail: string, limit: number): string {
  return head.slice(0, limit - tail.length).replace(/-+$/, "") + tail;
}

/** 8 characters of base 36: 41 bits. */
export function shortHash(text: string): string {
  const value = BigInt(`0x${createHash("sha256").update(text).digest("hex")}`);
  return value.toString(36).padStart(50, "0").slice(-8);
}
