import { AwsError } from "../../cloud.js";

/** `ValidationError` with AWS's sentence. */
export function validationError(message: string): AwsError {
  return new AwsError("ValidationError", message);
}

export function invalidConfiguration(message: string): AwsError {
  return new AwsError("InvalidConfigurationRequest", message);
}

/** The value, or AWS's refusal of a request that leaves out a required member. */
export function required<T>(value: T | undefined | null, member: string): T {
  if (value !== undefined && value !== null) return value;
  throw validationError(
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  );
}

/** A number within AWS's range, ends included. */
export function inRange(value: number, member: string, minimum: number, maximum: number): number {
  if (!Number.isInteger(value) || value < minimum)
    throw outOfRange(value, member, `greater than or equal to ${minimum}`);
  if (value > maximum) throw outOfRange(value, member, `less than or equal to ${maximum}`);
  return value;
}

function outOfRange(value: number, member: string, bound: string): AwsError {
  return validationError(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must have value ${bound}`,
  );
}

export function requireOneOf<T extends string>(value: string, member: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found !== undefined) return found;
  throw validationError(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ` +
      `Member must satisfy enum value set: [${allowed.join(", ")}]`,
  );
}

export function loadBalancersNotFound(which: string): AwsError {
  return new AwsError("LoadBalancerNotFound", `Load balancers '[${which}]' not found`);
}

export function listenersNotFound(): AwsError {
  return new AwsError("ListenerNotFound", "One or more listeners not found");
}

export function rulesNotFound(): AwsError {
  return new AwsError("RuleNotFound", "One or more rules not found");
}

export function targetGroupsNotFound(): AwsError {
  return new AwsError("TargetGroupNotFound", "One or more target groups not found");
}
