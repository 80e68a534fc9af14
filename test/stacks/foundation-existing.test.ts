import { describe, expect, it } from "vitest";
import { parseFoundationConfig } from "../../src/core/project/foundation.js";
import { foundationShape } from "../../src/core/project/schema.js";
import { account } from "./program.js";
import { github, runFoundation, settings } from "./foundation-run.js";

const arn = (service: string, resource: string) => `arn:aws-x:${service}:eu-north-9:${account}:${resource}`;
const cluster = arn("ecs", "cluster/theirs");
const listener = arn("elasticloadbalancing", "listener/app/theirs/1/2");
const previewListener = arn("elasticloadbalancing", "listener/app/of-previews/3/4");
const subnets = ["subnet-a", "subnet-b"];

const around = (existing: object, changes: object = {}) => ({
  "moorage:app": "hello",
  "moorage:environments": ["dev"],
  "moorage:github": github,
  "moorage:foundation": { existing },
  ...changes,
});
const typesOf = (declared: readonly { type: string }[]) => [...new Set(declared.map(({ type }) => type))];

/** What carries traffic, or costs by the hour. */
const ground =
  /:(Vpc|Cluster|ClusterCapacityProviders|LoadBalancer|Listener|SecurityGroup|Certificate|Record)$/;

describe("adoption A6: a foundation beside a cluster, a listener and a network that exist", () => {
  const all = { cluster, listener, previewListener, subnets };

  it("makes roles, boundaries and repositories, and nothing of what exists", async () => {
    const { declared } = await runFoundation(around(all));
    expect(typesOf(declared).filter((type) => ground.test(type))).toEqual([]);
    expect(typesOf(declared).sort()).toEqual(
      [
        "aws:ecr/lifecyclePolicy:LifecyclePolicy",
        "aws:ecr/repository:Repository",
        "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
        "aws:iam/policy:Policy",
        "aws:iam/role:Role",
        "aws:iam/rolePolicy:RolePolicy",
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        "pulumi:pulumi:Stack",
      ].filter((type) => typesOf(declared).includes(type)),
    );
  });

  it("tells environments and previews what exists, with its VPC and its security groups", async () => {
    const { outputs } = await runFoundation(
      around({ ...all, previewDomain: "preview.example.com" }, { "moorage:domain": "example.com" }),
    );
    const known = Object.entries(outputs).filter(([key]) => key in foundationShape.shape);
    expect(foundationShape.parse(Object.fromEntries(known))).toMatchObject({
      cluster,
      listener,
      vpc: "vpc-there",
      subnets,
      domain: "example.com",
      securityGroups: ["sg-there"],
      previewEntrances: [
        { listener: previewListener, domain: "preview.example.com", securityGroups: ["sg-there"] },
      ],
    });
  });

  it("gives the roles these listeners and this cluster only", async () => {
    const { find } = await runFoundation(around(all));
    const policy = (name: string) => String(find("aws:iam/rolePolicy:RolePolicy", name)["policy"]);
    expect(policy("deploy-dev")).toContain("listener-rule/app/theirs/*");
    expect(policy("deploy-dev")).not.toContain("of-previews");
    expect(policy("preview")).toContain("listener-rule/app/of-previews/*");
    expect(policy("preview")).not.toContain("app/theirs");
    expect(policy("deploy-dev")).toContain(":service/theirs/");
  });

  it("makes what is missing: previews' own load balancer in the network that exists", async () => {
    const { declared, find, outputs } = await runFoundation(
      around(
        { cluster, listener, subnets, balancerSubnets: ["subnet-c", "subnet-d"] },
        { "moorage:domain": "example.com", "moorage:zone": "Z0123456789ABC" },
      ),
    );
    expect(find("aws:lb/loadBalancer:LoadBalancer")).toMatchObject({
      name: "lb2-hello-dev",
      subnets: ["subnet-c", "subnet-d"],
    });
    expect(find("aws:acm/certificate:Certificate")).toMatchObject({ domainName: "*.lb2.example.com" });
    const hosts = declared.filter(({ name }) => name.startsWith("host-")).map(({ inputs }) => inputs["name"]);
    expect(hosts).toEqual(["*.lb2.example.com"]);
    expect(outputs).toMatchObject({ listener, previewEntrances: [{ domain: "lb2.example.com" }] });
  });

  it("makes a cluster of its own where only listener and network exist, and a network where only the cluster does", async () => {
    const shared = { "moorage:loadBalancers": { previews: "shared" } };
    const one = await runFoundation(around({ listener, subnets }, shared));
    expect(one.all("aws:ecs/cluster:Cluster")).toEqual(["cluster"]);
    expect(one.all("aws:lb/loadBalancer:LoadBalancer")).toEqual([]);
    const other = await runFoundation({ ...settings(), "moorage:foundation": { existing: { cluster } } });
    expect(other.all("aws:ecs/cluster:Cluster")).toEqual([]);
    expect(other.all("awsx:ec2:Vpc")).toHaveLength(1);
    expect(other.outputs).toMatchObject({ cluster });
  });

  it("is as before where Pulumi.yaml names a foundation for the environments", async () => {
    for (const named of ["foundation-dev", { cluster, listener, vpc: "vpc-1", subnets }]) {
      const run = await runFoundation({ ...settings(), "moorage:foundation": named });
      expect(run.all("aws:ecs/cluster:Cluster")).toEqual(["cluster"]);
    }
  });
});

describe("adoption A6: mistakes in what exists", () => {
  const mistakes = (existing: unknown, changes: object = {}) => {
    const raw = { "moorage:app": "hello", "moorage:environments": ["dev"], ...changes };
    try {
      parseFoundationConfig({ ...raw, "moorage:foundation": { existing } }, "Pulumi.foundation-dev.yaml");
      return "";
    } catch (error) {
      return (error as Error).message;
    }
  };

  it.each([
    ["an unknown key", { claster: cluster }, /existing.*claster/],
    ["no ARN", { cluster: "theirs" }, /existing\.cluster: found "theirs"; must be an ARN of ecs/],
    [
      "a network load balancer's listener",
      { listener: listener.replace("/app/", "/net/"), subnets },
      /must be the ARN of a listener of an application load balancer/,
    ],
    ["nothing at all", {}, /names nothing/],
    ["no subnets", { listener }, /existing\.subnets: is missing/],
    ["subnets of no VPC", { subnets }, /belongs to a VPC that exists/],
    [
      "one load balancer for both",
      { listener, subnets, previewListener: listener.replace(/2$/, "5") },
      /is at the environments' load balancer/,
    ],
    ["nowhere to make the previews' load balancer", { listener, subnets }, /balancerSubnets: is missing/],
    [
      "subnets of one zone for it",
      { listener, subnets, balancerSubnets: ["subnet-c"] },
      /must name two subnets/,
    ],
  ])("say what is wrong with %s", (_what, existing, message) => {
    expect(mistakes(existing)).toMatch(message);
  });

  it("none where all of it fits, without a domain or a zone", () => {
    expect(mistakes({ cluster, listener, previewListener, subnets })).toBe("");
    const shared = { "moorage:loadBalancers": { previews: "shared" } };
    expect(mistakes({ cluster, listener, subnets }, shared)).toBe("");
  });
});
