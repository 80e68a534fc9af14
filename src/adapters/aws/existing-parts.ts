import type { AwsClients } from "./clients.js";
import { classify, unlessAbsent } from "./errors.js";

export interface ListenerFact {
  /** Of its load balancer. */
  vpc: string;
  /** `application`, `network`, ... */
  type: string;
  protocol: string;
}

/** A listener with its load balancer; undefined where either is not there. */
export async function listenerNow(
  clients: AwsClients,
  listener: string,
  loadBalancer: string,
): Promise<ListenerFact | undefined> {
  const { DescribeListenersCommand, DescribeLoadBalancersCommand } =
    await import("@aws-sdk/client-elastic-load-balancing-v2");
  try {
    const elbv2 = await clients.elbv2();
    const [listeners, balancers] = await Promise.all([
      unlessAbsent(
        elbv2.send(new DescribeListenersCommand({ ListenerArns: [listener] })),
        "ListenerNotFoundException",
      ),
      unlessAbsent(
        elbv2.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [loadBalancer] })),
        "LoadBalancerNotFoundException",
      ),
    ]);
    const [found, balancer] = [listeners?.Listeners?.[0], balancers?.LoadBalancers?.[0]];
    if (found === undefined || balancer === undefined) return undefined;
    return { vpc: balancer.VpcId ?? "", type: balancer.Type ?? "", protocol: found.Protocol ?? "" };
  } catch (error) {
    throw classify(error, `describe the listener ${listener}`);
  }
}

export interface SubnetFact {
  vpc: string;
  zone: string;
}

/** Undefined where there is no such subnet. */
export async function subnetNow(clients: AwsClients, subnet: string): Promise<SubnetFact | undefined> {
  const { DescribeSubnetsCommand } = await import("@aws-sdk/client-ec2");
  try {
    const ec2 = await clients.ec2();
    const asked = ec2.send(new DescribeSubnetsCommand({ SubnetIds: [subnet] }));
    const [found] = (await unlessAbsent(asked, "InvalidSubnetID.NotFound"))?.Subnets ?? [];
    return found && { vpc: found.VpcId ?? "", zone: found.AvailabilityZone ?? "" };
  } catch (error) {
    throw classify(error, `describe the subnet ${subnet}`);
  }
}
