import { expect, it } from "vitest";
import { bench, loadBalancer } from "./support.js";

const trustStore = "arn:aws:elasticloadbalancing:us-east-1:111111111111:truststore/partners/1";
const fixed = [{ Type: "fixed-response", FixedResponseConfig: { StatusCode: "404" } }];
const certificate = "arn:aws:acm:us-east-1:111111111111:certificate/1";

async function made(MutualAuthentication: object | undefined, Protocol = "HTTPS") {
  const { call } = bench();
  const created = await call<{ Listeners: [{ MutualAuthentication?: object }] }>("CreateListener", {
    LoadBalancerArn: await loadBalancer(call),
    Port: 443,
    Protocol,
    ...(Protocol === "HTTPS" && { Certificates: [{ CertificateArn: certificate }] }),
    ...(MutualAuthentication && { MutualAuthentication }),
    DefaultActions: fixed,
  });
  return created.Listeners[0].MutualAuthentication;
}

it("is kept and told", async () => {
  expect(await made(undefined)).toEqual({ Mode: "off" });
  expect(await made({ Mode: "passthrough" })).toEqual({ Mode: "passthrough" });
  const verify = { Mode: "verify", TrustStoreArn: trustStore };
  expect(await made(verify)).toEqual(verify);
});

it.each([
  [{ Mode: "verify" }, "HTTPS", /trust store must be specified/],
  [{ Mode: "passthrough", TrustStoreArn: trustStore }, "HTTPS", /cannot be specified/],
  [{ Mode: "passthrough" }, "HTTP", /only supported for HTTPS/],
  [{ Mode: "on" }, "HTTPS", /\[off, passthrough, verify\]/],
])("AWS refuses %o at %s", async (settings, protocol, message) => {
  await expect(made(settings, protocol)).rejects.toThrow(message);
});
