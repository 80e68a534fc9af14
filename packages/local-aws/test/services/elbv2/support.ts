import * as http from "node:http";
import * as https from "node:https";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { Cloud, type Site } from "../../../src/cloud.js";
import { createElbv2, type Elbv2, type Elbv2Options } from "../../../src/services/elbv2/elbv2.js";
import type { Target } from "../../../src/ports.js";
import { Store } from "../../../src/store.js";

export const site: Site = { account: "111111111111", region: "us-east-1" };

export type Call = <Output>(operation: string, input?: object) => Promise<Output>;

export interface Bench {
  elbv2: Elbv2;
  call: Call;
  store: Store;
  folder: string;
}

/** A running service on a store of its own, a thousand times AWS's pace by default. */
export function bench(options: Partial<Elbv2Options> & { folder?: string } = {}): Bench {
  const folder = options.folder ?? temporaryFolder();
  const store = Store.open(folder);
  const elbv2 = createElbv2({ store, pace: { factor: 1000 }, bootAllowanceMs: 0, ...options });
  elbv2.start();
  onTestFinished(async () => {
    elbv2.stop();
    await store.flush();
  });
  const cloud = new Cloud({ elbv2 });
  return {
    elbv2,
    store,
    folder,
    call: (operation, input = {}) => cloud.call("elbv2", operation, input, site),
  };
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "moorage-elbv2-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

export interface Wiring {
  loadBalancerArn: string;
  listenerArn: string;
  targetGroupArn: string;
  ruleArn: string;
}

const network = { Subnets: ["subnet-1", "subnet-2"], SecurityGroups: ["sg-1"] };

export async function loadBalancer(call: Call, name = "shared"): Promise<string> {
  const created = await call<{ LoadBalancers: [{ LoadBalancerArn: string }] }>("CreateLoadBalancer", {
    Name: name,
    ...network,
  });
  return created.LoadBalancers[0].LoadBalancerArn;
}

export async function listener(call: Call, loadBalancerArn: string, port = 80): Promise<string> {
  const created = await call<{ Listeners: [{ ListenerArn: string }] }>("CreateListener", {
    LoadBalancerArn: loadBalancerArn,
    Port: port,
    Protocol: "HTTP",
    DefaultActions: [{ Type: "fixed-response", FixedResponseConfig: { StatusCode: "404" } }],
  });
  return created.Listeners[0].ListenerArn;
}

export const groupSettings = { Protocol: "HTTP", Port: 8080, VpcId: "vpc-1", TargetType: "ip" };

export async function targetGroup(call: Call, name: string, settings: object = {}): Promise<string> {
  const created = await call<{ TargetGroups: [{ TargetGroupArn: string }] }>("CreateTargetGroup", {
    Name: name,
    ...groupSettings,
    ...settings,
  });
  return created.TargetGroups[0].TargetGroupArn;
}

export function hostCondition(...hosts: string[]): object {
  return { Field: "host-header", HostHeaderConfig: { Values: hosts } };
}

export async function rule(
  call: Call,
  listenerArn: string,
  targetGroupArn: string,
  settings: { Priority?: number; Conditions?: object[]; Actions?: object[] } = {},
): Promise<string> {
  const created = await call<{ Rules: [{ RuleArn: string }] }>("CreateRule", {
    ListenerArn: listenerArn,
    Priority: settings.Priority ?? 1,
    Conditions: settings.Conditions ?? [hostCondition("app.localhost")],
    Actions: settings.Actions ?? [{ Type: "forward", TargetGroupArn: targetGroupArn }],
  });
  return created.Rules[0].RuleArn;
}

/** A load balancer, a listener, and one target group behind the host `app.localhost`. */
export async function wired(call: Call, settings: object = {}): Promise<Wiring> {
  const loadBalancerArn = await loadBalancer(call);
  const listenerArn = await listener(call, loadBalancerArn);
  const targetGroupArn = await targetGroup(call, "app", settings);
  const ruleArn = await rule(call, listenerArn, targetGroupArn);
  return { loadBalancerArn, listenerArn, targetGroupArn, ruleArn };
}

/** A server on a free port of 127.0.0.1, closed when the test ends. */
export async function serve(
  handler: http.RequestListener,
  options: { tls?: { key: string; cert: string }; server?: http.ServerOptions } = {},
): Promise<{ server: http.Server; target: Target }> {
  const server = options.tls
    ? https.createServer({ ...options.server, ...options.tls }, handler)
    : http.createServer(options.server ?? {}, handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { server, target: { id: "127.0.0.1", port: (server.address() as AddressInfo).port } };
}
