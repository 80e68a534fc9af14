import { onTestFinished } from "vitest";
import { createBalancer, type Balancer } from "../../../src/local/balancer/balancer.js";
import type { Elbv2 } from "../../../src/local/elbv2/elbv2.js";

export async function balance(elbv2: Elbv2): Promise<Balancer> {
  const balancer = await createBalancer({ elbv2, port: 0 });
  onTestFinished(() => balancer.close());
  return balancer;
}
