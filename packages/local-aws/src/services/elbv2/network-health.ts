import { type Asked, checkHealthSettings } from "./health-settings.js";
import { validationError } from "./refusals.js";
import type { HealthCheck } from "./rows.js";

/**
 * Of a target group by TCP. Source: CreateTargetGroup, `HealthCheckProtocol` ("TCP" by default), `HealthCheckTimeoutSeconds` (6 for
 * HTTP, else 10), `Matcher` (200-399).
 */
export function networkHealthDefaults(asked: string | undefined): HealthCheck {
  const common = {
    port: "traffic-port",
    intervalSeconds: 30,
    timeoutSeconds: asked === "HTTP" ? 6 : 10,
    healthyThreshold: 5,
    unhealthyThreshold: 2,
  };
  if (asked === "HTTP" || asked === "HTTPS")
    return { ...common, protocol: asked, path: "/", codes: "200-399" };
  return { ...common, protocol: "TCP", path: "", codes: "" };
}

/** The settings asked for over those that hold, or AWS's refusal. A check by TCP asks for nothing, so it has no path and no codes. */
export function checkNetworkHealth(asked: Asked, held: HealthCheck): HealthCheck {
  const protocol = asked.HealthCheckProtocol ?? held.protocol;
  if (protocol !== "TCP") {
    const kept = held.protocol === "TCP" ? { ...networkHealthDefaults(protocol), ...numbers(held) } : held;
    return checkHealthSettings(asked, kept);
  }
  if (asked.HealthCheckPath !== undefined)
    throw validationError("You cannot specify a health check path for health checks with the TCP protocol");
  if (asked.Matcher !== undefined)
    throw validationError("You cannot specify a matcher for health checks with the TCP protocol");
  const { HealthCheckProtocol: _protocol, ...rest } = asked;
  const checked = checkHealthSettings(rest, { ...networkHealthDefaults("HTTP"), ...numbers(held) });
  return { ...checked, protocol, path: "", codes: "" };
}

function numbers({
  port,
  intervalSeconds,
  timeoutSeconds,
  healthyThreshold,
  unhealthyThreshold,
}: HealthCheck) {
  return { port, intervalSeconds, timeoutSeconds, healthyThreshold, unhealthyThreshold };
}
