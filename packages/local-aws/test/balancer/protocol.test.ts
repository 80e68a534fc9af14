import { describe, expect, it, onTestFinished } from "vitest";
import { createBalancer } from "../../src/balancer/balancer.js";
import { readLocalSettings } from "../../src/daemon/settings.js";
import { bench, serve, wired } from "../services/elbv2/support.js";
import { ask } from "./ask.js";
import { join } from "./support.js";

/** What an app behind one listener is told. `own`: the listener has the balancer's own port, as the built-in one. */
async function told(protocol: "HTTP" | "HTTPS", own: boolean, setting?: "http" | "https") {
  const { elbv2, call } = bench({ probe: () => Promise.resolve({ passed: true }) });
  const { targetGroupArn, listenerArn } = await wired(call);
  const balancer = await createBalancer({ elbv2, port: 0, protocol: setting });
  onTestFinished(() => balancer.close());
  const Certificates = [{ CertificateArn: "arn:aws:acm:us-east-1:111111111111:certificate/a" }];
  await call("ModifyListener", {
    ListenerArn: listenerArn,
    Port: own ? balancer.port : protocol === "HTTPS" ? 8443 : 80,
    Protocol: protocol,
    ...(protocol === "HTTPS" && { Certificates }),
  });
  const { target } = await serve(({ headers }, response) =>
    response.end(`${String(headers["x-forwarded-proto"])} ${String(headers["x-forwarded-port"])}`),
  );
  await join(elbv2, targetGroupArn, target);
  const { body } = await ask(balancer.port);
  return body.replace(String(balancer.port), "the client's");
}

describe("bug 17: the client's protocol", () => {
  it.each([
    ["the built-in listener", "https", "443", () => told("HTTP", true)],
    ["the built-in listener told http", "http", "the client's", () => told("HTTP", true, "http")],
    ["an HTTP listener", "http", "the client's", () => told("HTTP", false)],
    ["an HTTPS listener", "https", "8443", () => told("HTTPS", false, "http")],
  ])("bug 17: apps behind %s are told %s and %s", async (_what, protocol, port, seen) => {
    expect(await seen()).toBe(`${protocol} ${port}`);
  });

  it.each([
    [{ MOORAGE_LOCAL_PROTOCOL: "HTTPS" }, "MOORAGE_LOCAL_PROTOCOL"],
    [{ MOORAGE_LOCAL_SPEED: "fast" }, "MOORAGE_LOCAL_SPEED"],
    [{ MOORAGE_LOCAL_SPEED: "0" }, "MOORAGE_LOCAL_SPEED"],
    [{ MOORAGE_LOCAL_SPEED: "-1" }, "MOORAGE_LOCAL_SPEED"],
    [{ MOORAGE_LOCAL_SPEED: " " }, "MOORAGE_LOCAL_SPEED"],
  ])("bug 17: the setting %j is refused", (env, name) => {
    expect(() => readLocalSettings(env)).toThrow(
      expect.objectContaining({
        code: "local-setting-invalid",
        message: expect.stringContaining(name) as string,
      }),
    );
  });

  it("bug 17: settings have defaults", () => {
    expect(readLocalSettings({})).toEqual({ speed: 20, protocol: "https" });
    expect(readLocalSettings({ MOORAGE_LOCAL_SPEED: "1.5", MOORAGE_LOCAL_PROTOCOL: "http" })).toEqual({
      speed: 1.5,
      protocol: "http",
    });
  });
});
