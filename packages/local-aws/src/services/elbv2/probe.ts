import * as http from "node:http";
import * as http2 from "node:http2";
import * as https from "node:https";
import * as net from "node:net";
import type { CheckResult } from "./health.js";
import { matchesCodes } from "./matcher.js";
import type { HealthCheck } from "./rows.js";

export type Probe = (
  check: HealthCheck,
  target: { id: string; port: number; ports?: Record<string, number> },
) => Promise<CheckResult>;

const refused: CheckResult = {
  passed: false,
  reason: "Target.FailedHealthChecks",
  description: "Health checks failed",
};

const timedOut: CheckResult = { passed: false, reason: "Target.Timeout", description: "Request timed out" };

/**
 * One health check as an Application Load Balancer makes it: a connection of its own, GET, the certificate of an HTTPS
 * target not verified, the timeout for the whole of it (AWS's seconds, never scaled).
 */
export const probe: Probe = (check, target) => {
  if (check.protocol === "TCP") return probeTcp(check, target);
  return check.version === undefined ? probeHttp1(check, target) : probeHttp2(check, target);
};

/** A network load balancer's: a connection is enough. */
const probeTcp: Probe = (check, target) =>
  new Promise((resolve) => {
    const socket = net.connect(portOf(check, target), target.id);
    const settle = (result: CheckResult) => {
      clearTimeout(timer);
      resolve(result);
      socket.destroy();
    };
    const timer = setTimeout(() => settle(timedOut), check.timeoutSeconds * 1000);
    socket.on("error", () => settle(refused));
    socket.on("connect", () => settle({ passed: true }));
  });

const probeHttp1: Probe = (check, target) =>
  new Promise((resolve) => {
    const port = portOf(check, target);
    const options: https.RequestOptions = {
      host: target.id,
      port,
      path: check.path,
      agent: false,
      rejectUnauthorized: false,
      headers: { Host: `${target.id}:${port}`, "User-Agent": "ELB-HealthChecker/2.0", Connection: "close" },
    };
    const request = (check.protocol === "HTTPS" ? https : http).get(options);
    const settle = (result: CheckResult) => {
      clearTimeout(timer);
      resolve(result);
    };
    const timer = setTimeout(() => {
      resolve(timedOut);
      request.destroy();
    }, check.timeoutSeconds * 1000);
    request.on("error", () => settle(refused));
    request.on("response", (response) => {
      response.on("error", () => undefined);
      response.on("end", () => settle(judge(check.codes, response.statusCode ?? 0)));
      response.on("close", () => settle(refused));
      response.resume();
    });
  });

function portOf({ port }: HealthCheck, target: Parameters<Probe>[1]): number {
  return port === "traffic-port" ? target.port : (target.ports?.[port] ?? Number(port));
}

/** By HTTP/2, without an upgrade: a GET, or of gRPC an empty call, whose status comes with its trailers. */
const probeHttp2: Probe = (check, target) =>
  new Promise((resolve) => {
    const scheme = check.protocol === "HTTPS" ? "https" : "http";
    const session = http2.connect(`${scheme}://${target.id}:${portOf(check, target)}`, {
      rejectUnauthorized: false,
    });
    const settle = (result: CheckResult) => {
      clearTimeout(timer);
      resolve(result);
      session.destroy();
    };
    const timer = setTimeout(() => settle(timedOut), check.timeoutSeconds * 1000);
    session.on("error", () => settle(refused));
    const isGrpc = check.version === "GRPC";
    const asked = { ":path": check.path, "user-agent": "ELB-HealthChecker/2.0" };
    const stream = session.request(
      isGrpc ? { ...asked, ":method": "POST", "content-type": "application/grpc", te: "trailers" } : asked,
    );
    let status: string | number | undefined;
    const heard = (headers: http2.IncomingHttpHeaders & http2.IncomingHttpStatusHeader) => {
      status = (isGrpc ? (headers["grpc-status"] as string | undefined) : headers[":status"]) ?? status;
    };
    stream.on("error", () => settle(refused));
    stream.on("response", heard);
    stream.on("trailers", heard);
    stream.on("end", () => settle(status === undefined ? refused : judge(check.codes, Number(status))));
    stream.resume();
    // An empty message: not compressed, of no length.
    if (isGrpc) stream.end(Buffer.alloc(5));
  });

function judge(codes: string, status: number): CheckResult {
  if (matchesCodes(codes, status)) return { passed: true };
  return {
    passed: false,
    reason: "Target.ResponseCodeMismatch",
    description: `Health checks failed with these codes: [${status}]`,
  };
}
