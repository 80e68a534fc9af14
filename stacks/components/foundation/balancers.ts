import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { Listener } from "@pulumi/aws/lb/listener.js";
import { LoadBalancer } from "@pulumi/aws/lb/loadBalancer.js";
import { getLoadBalancerOutput } from "@pulumi/aws/lb/getLoadBalancer.js";
import * as pulumi from "@pulumi/pulumi";
import { balancerOfListener } from "../../../src/core/project/existing-foundation.js";
import type { MutualTls } from "../../../src/core/project/foundation-listeners.js";
import type { Basis } from "./basis.js";
import { mutualTlsInputs } from "./mutual-tls.js";
import { balancerGroupName, balancerName, previewBalancerGroupName } from "./names.js";
import type { Network } from "./network.js";

/** One load balancer and the listener that stacks add their hosts to. */
export interface Balancer {
  /** Undefined for one that exists. */
  loadBalancer: LoadBalancer | undefined;
  /** ARN. */
  listener: pulumi.Output<string>;
  securityGroups: pulumi.Output<string[]>;
}

/**
 * As many load balancers as the configuration asks for, the environments' first. Those of previews alone have a security group of
 * their own, so that no preview's load balancer reaches an environment's tasks.
 */
export function declareBalancers(
  basis: Basis,
  network: Network,
  certificate: pulumi.Input<string> | undefined,
): Balancer[] {
  const { balancers } = basis;
  const groups = declareGroups(basis, network);
  return Array.from({ length: balancers.count }, (_, index) => {
    const existing = balancers.existing[index];
    if (existing !== undefined) return lookUp(existing);
    const group = index === 0 || !balancers.previewsOwn ? groups.shared() : groups.ofPreviews();
    const loadBalancer = declareBalancer(basis, network, group, {
      logical: `load-balancer-${index + 1}`,
      name: balancerName(basis.owner, index),
      internal: basis.config.loadBalancers.internal,
    });
    const { mutualTls } = basis.config.listener;
    const listener = declareListener(basis, loadBalancer, certificate, {
      logical: `listener-${index + 1}`,
      mutualTls: index === 0 || !balancers.previewsOwn ? mutualTls : undefined,
      redirect: `redirect-${index + 1}`,
    });
    return { loadBalancer, listener: listener.arn, securityGroups: pulumi.all([group.id]) };
  });
}

/** Each is made for the first load balancer that is made with it. */
function declareGroups(basis: Basis, network: Network): Record<"shared" | "ofPreviews", () => SecurityGroup> {
  const { owner, identity } = basis;
  const once = (declare: () => SecurityGroup) => {
    let made: SecurityGroup | undefined;
    return () => (made ??= declare());
  };
  return {
    shared: once(() =>
      declareGroup(basis, network, {
        logical: "load-balancer",
        name: balancerGroupName(owner),
        description: `Load balancers of ${identity.stack}`,
      }),
    ),
    ofPreviews: once(() =>
      declareGroup(basis, network, {
        logical: "preview-load-balancer",
        name: previewBalancerGroupName(owner),
        description: `Load balancers of previews on ${identity.stack}`,
      }),
    ),
  };
}

/** One that exists is told about, and never managed. */
function lookUp(listener: string): Balancer {
  const { securityGroups } = getLoadBalancerOutput({ arn: balancerOfListener(listener) });
  return { loadBalancer: undefined, listener: pulumi.output(listener), securityGroups };
}

function portsOf({ config }: Basis): number[] {
  const { protocol, port } = config.listener;
  return protocol === "HTTP" ? [port ?? 80] : [80, port ?? 443];
}

/** Source: Elastic Load Balancing, "Authenticate users": the load balancer itself asks the issuer's endpoints. */
const toIssuers = {
  description: "To issuers that sign people in",
  protocol: "tcp",
  fromPort: 443,
  toPort: 443,
  cidrBlocks: ["0.0.0.0/0"],
};

export function declareGroup(
  basis: Basis,
  { vpc, blocks }: Network,
  {
    logical,
    name,
    description,
    allow = basis.config.loadBalancers.allow,
  }: Record<"logical" | "name" | "description", string> & { allow?: readonly string[] },
): SecurityGroup {
  const { config, tags, protect } = basis;
  return new SecurityGroup(
    logical,
    {
      name,
      description,
      vpcId: vpc,
      ingress: portsOf(basis).map((port) => ({
        description: "From those who may connect",
        protocol: "tcp",
        fromPort: port,
        toPort: port,
        cidrBlocks: allow.filter((block) => !block.includes(":")),
        ipv6CidrBlocks: allow.filter((block) => block.includes(":")),
      })),
      egress: [
        { description: "To tasks", protocol: "tcp", fromPort: 1, toPort: 65_535, cidrBlocks: blocks },
        ...(config.loadBalancers.signIn ? [toIssuers] : []),
      ],
      tags,
    },
    // Another description would replace it, beside a namesake.
    {
      protect,
      deleteBeforeReplace: false,
      ignoreChanges: ["description"],
      customTimeouts: { delete: "30m" },
    },
  );
}

export function declareBalancer(
  basis: Basis,
  network: Network,
  group: SecurityGroup,
  { logical, name, internal }: { logical: string; name: string; internal: boolean },
): LoadBalancer {
  const { config, tags, protect } = basis;
  const { idleTimeout, accessLogs } = config.loadBalancers;
  return new LoadBalancer(
    logical,
    {
      name,
      loadBalancerType: "application",
      internal,
      subnets: internal ? network.privateSubnets : network.publicSubnets,
      securityGroups: [group.id],
      idleTimeout,
      dropInvalidHeaderFields: true,
      enableDeletionProtection: protect,
      ...(accessLogs && { accessLogs: { ...accessLogs, enabled: true } }),
      tags,
    },
    { protect },
  );
}

/** What no stack's rule answers is no host of ours. */
const notFound = {
  type: "fixed-response",
  fixedResponse: { contentType: "text/plain", statusCode: "404", messageBody: "Nothing runs here." },
};

export function declareListener(
  basis: Basis,
  loadBalancer: LoadBalancer,
  certificate: pulumi.Input<string> | undefined,
  { logical, mutualTls, redirect }: { logical: string; mutualTls?: MutualTls | undefined; redirect?: string },
): Listener {
  const { config, tags, protect } = basis;
  const { protocol, tlsPolicy } = config.listener;
  const [first = 80, encrypted] = portsOf(basis);
  const common = { loadBalancerArn: loadBalancer.arn, tags };
  const listener = new Listener(
    logical,
    {
      ...common,
      protocol,
      port: encrypted ?? first,
      ...(certificate !== undefined && { certificateArn: certificate, sslPolicy: tlsPolicy }),
      ...mutualTlsInputs(mutualTls),
      defaultActions: [notFound],
    },
    { protect },
  );
  if (protocol === "HTTPS" && redirect !== undefined)
    declareRedirect(common, encrypted ?? 443, redirect, listener);
  return listener;
}

/** After the listener, which holds port 80 until it has gone from HTTP to HTTPS. Source: CreateListener, DuplicateListener. */
function declareRedirect(
  common: { loadBalancerArn: pulumi.Input<string>; tags: Record<string, string> },
  port: number,
  logical: string,
  listener: Listener,
): void {
  new Listener(
    logical,
    {
      ...common,
      protocol: "HTTP",
      port: 80,
      defaultActions: [
        { type: "redirect", redirect: { protocol: "HTTPS", port: String(port), statusCode: "HTTP_301" } },
      ],
    },
    { dependsOn: [listener] },
  );
}
