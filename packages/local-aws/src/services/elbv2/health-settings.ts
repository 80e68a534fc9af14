import type { CreateTargetGroupCommandInput, TargetGroup } from "@aws-sdk/client-elastic-load-balancing-v2";
import { checkCodes, checkGrpcCodes } from "./matcher.js";
import { inRange, validationError, requireOneOf } from "./refusals.js";
import type { HealthCheck } from "./rows.js";

/** AWS's defaults for a target group of HTTP or HTTPS with targets by IP address. */
export const healthCheckDefaults: HealthCheck = {
  protocol: "HTTP",
  port: "traffic-port",
  path: "/",
  intervalSeconds: 30,
  timeoutSeconds: 5,
  healthyThreshold: 5,
  unhealthyThreshold: 2,
  codes: "200",
};

const grpcDefaults: HealthCheck = {
  ...healthCheckDefaults,
  path: "/AWS.ALB/healthcheck",
  codes: "12",
  version: "GRPC",
};

/** Of a target group that speaks this version with its targets. */
export function defaultsFor(version: string | undefined): HealthCheck {
  if (version === "GRPC") return grpcDefaults;
  return version === "HTTP2" ? { ...healthCheckDefaults, version } : healthCheckDefaults;
}

export type Asked = Pick<
  CreateTargetGroupCommandInput,
  | "HealthCheckEnabled"
  | "HealthCheckProtocol"
  | "HealthCheckPort"
  | "HealthCheckPath"
  | "HealthCheckIntervalSeconds"
  | "HealthCheckTimeoutSeconds"
  | "HealthyThresholdCount"
  | "UnhealthyThresholdCount"
  | "Matcher"
>;

/**
 * The settings asked for over those that hold, or AWS's refusal of a value outside its range.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
 */
export function checkHealthSettings(asked: Asked, held: HealthCheck): HealthCheck {
  if (asked.HealthCheckEnabled === false) {
    throw validationError("Health checks must be enabled for target groups with target type 'ip'");
  }
  const intervalSeconds = asked.HealthCheckIntervalSeconds ?? held.intervalSeconds;
  const timeoutSeconds = asked.HealthCheckTimeoutSeconds ?? held.timeoutSeconds;
  inRange(intervalSeconds, "healthCheckIntervalSeconds", 5, 300);
  inRange(timeoutSeconds, "healthCheckTimeoutSeconds", 2, 120);
  if (timeoutSeconds >= intervalSeconds) {
    throw validationError(
      `Health check timeout '${timeoutSeconds}' must be smaller than the interval '${intervalSeconds}'`,
    );
  }
  return {
    protocol: requireOneOf(asked.HealthCheckProtocol ?? held.protocol, "healthCheckProtocol", [
      "HTTP",
      "HTTPS",
    ] as const),
    port: checkPort(asked.HealthCheckPort ?? held.port),
    path: checkPath(asked.HealthCheckPath ?? held.path),
    intervalSeconds,
    timeoutSeconds,
    healthyThreshold: inRange(
      asked.HealthyThresholdCount ?? held.healthyThreshold,
      "healthyThresholdCount",
      2,
      10,
    ),
    unhealthyThreshold: inRange(
      asked.UnhealthyThresholdCount ?? held.unhealthyThreshold,
      "unhealthyThresholdCount",
      2,
      10,
    ),
    codes: codesOf(asked.Matcher, held),
    ...(held.version && { version: held.version }),
  };
}

/** The settings in the words of the API. */
export function describeHealthSettings(check: HealthCheck): Partial<TargetGroup> {
  return {
    HealthCheckProtocol: check.protocol,
    HealthCheckPort: check.port,
    HealthCheckEnabled: true,
    HealthCheckIntervalSeconds: check.intervalSeconds,
    HealthCheckTimeoutSeconds: check.timeoutSeconds,
    HealthyThresholdCount: check.healthyThreshold,
    UnhealthyThresholdCount: check.unhealthyThreshold,
    ...(check.protocol !== "TCP" && {
      HealthCheckPath: check.path,
      Matcher: check.version === "GRPC" ? { GrpcCode: check.codes } : { HttpCode: check.codes },
    }),
  };
}

/** A matcher has the codes of the protocol, and no others. */
function codesOf(matcher: Asked["Matcher"], held: HealthCheck): string {
  if (held.version === "GRPC") {
    if (matcher?.HttpCode !== undefined)
      throw validationError("You cannot specify HttpCode for a GRPC target group");
    return checkGrpcCodes(matcher?.GrpcCode ?? held.codes);
  }
  if (matcher?.GrpcCode !== undefined)
    throw validationError("You can specify GrpcCode only for a GRPC target group");
  return checkCodes(matcher?.HttpCode ?? held.codes);
}

function checkPort(port: string): string {
  if (port === "traffic-port") return port;
  if (/^\d+$/.test(port) && Number(port) >= 1 && Number(port) <= 65535) return port;
  throw validationError(`Health check port '${port}' must be 'traffic-port' or a number between '1-65535'`);
}

function checkPath(path: string): string {
  if (path.length > 1024) throw validationError("Health check path cannot be longer than '1024' characters");
  if (/^\/[^\s]*$/.test(path)) return path;
  throw validationError(
    `Health check path '${path}' must begin with a '/' character and contain no white space`,
  );
}
