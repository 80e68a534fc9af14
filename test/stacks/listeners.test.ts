import { expect, it } from "vitest";
import { runFoundation, settings } from "./foundation-run.js";
import { account, foundation, oneService, run } from "./program.js";

const rule = "aws:lb/listenerRule:ListenerRule";
const group = "aws:lb/targetGroup:TargetGroup";
const internal = `arn:aws:elasticloadbalancing:us-east-1:${account}:listener/app/inside/60dc6c495c0c9188/f2f7dc8efc522ab2`;
const own = foundation.listener;

function withService(web: object, { stack = "dev", listeners = { internal } as object, changes = {} } = {}) {
  const config = oneService({
    "moorage:services": { web: { repository: "hello", port: 8080, ...web } },
    "moorage:foundation": { ...foundation, listeners },
    ...changes,
  });
  return run({ stack, config });
}

it("a service at a further listener has a target group, a rule and an entrance of its own there", async () => {
  const { declared, find, outputs } = await withService({
    listeners: { internal: { hosts: ["web.inside.example.com"], path: "/admin/*" } },
  });
  const rules = declared.filter(({ type }) => type === rule);
  expect(rules.map(({ name, inputs }) => [name, inputs["listenerArn"]])).toEqual([
    ["web-rule", own],
    ["web-at-internal", internal],
  ]);
  expect(rules[1]?.inputs).toMatchObject({
    conditions: [
      { hostHeader: { values: ["web.inside.example.com"] } },
      { pathPattern: { values: ["/admin", "/admin/*"] } },
    ],
    actions: [{ type: "forward", targetGroupArn: `arn:${group}:web-at-internal-targets` }],
  });
  const [main, further] = [find(group, "web-targets"), find(group, "web-at-internal-targets")];
  expect(further).toMatchObject({ port: 80, protocol: "HTTP", healthCheck: main["healthCheck"] });
  expect(further["name"]).not.toBe(main["name"]);
  expect(find("aws:ecs/service:Service")["loadBalancers"]).toEqual(
    ["web-targets", "web-at-internal-targets"].map((name) => ({
      targetGroupArn: `arn:${group}:${name}`,
      containerName: "web",
      containerPort: 8080,
    })),
  );
  expect(find("aws:ec2/securityGroup:SecurityGroup")["ingress"]).toMatchObject([
    { fromPort: 8080, securityGroups: ["sg-a", "sg-b", "sg-balancer"] },
  ]);
  expect(outputs["services"]).toMatchObject([
    { targetGroup: `arn:${group}:web-targets`, furtherGroups: [`arn:${group}:web-at-internal-targets`] },
  ]);
});

it("a service may stand at another listener alone", async () => {
  const { declared, find } = await withService({
    listener: "internal",
    fixed: [{ path: "/x", status: 404 }],
  });
  const rules = declared.filter(({ type }) => type === rule);
  expect(rules.map(({ inputs }) => inputs["listenerArn"])).toEqual([internal, internal]);
  expect(find("aws:ec2/securityGroup:SecurityGroup")["ingress"]).toMatchObject([
    { securityGroups: ["sg-a", "sg-b"] },
  ]);
  expect(find("aws:ecs/service:Service")["loadBalancers"]).toHaveLength(1);
});

it("another port replaces no group of a further listener", async () => {
  const further = async (port: number) =>
    (await withService({ port, listeners: { internal: {} } })).find(group, "web-at-internal-targets");
  expect(await further(8080)).toEqual(await further(9090));
});

it("people are signed in there too", async () => {
  const cognito = {
    userPool: `arn:aws:cognito-idp:us-east-1:${account}:userpool/us-east-1_abc`,
    clientId: "c",
    domain: "shop",
  };
  const standIn = { "moorage:hostsBelow": "localhost" };
  const service = { auth: { cognito, open: "/health" }, listeners: { internal: {} } };
  const { declared } = await withService(service, { changes: standIn });
  const types = declared
    .filter(({ type }) => type === rule)
    .map(({ name, inputs }) => [
      name.replace(/-open-[a-z0-9]{8}$/, "-open"),
      (inputs["actions"] as { type: string }[]).map(({ type }) => type).join(),
    ]);
  expect(Object.fromEntries(types)).toEqual({
    "web-rule": "authenticate-cognito,forward",
    "web-open": "forward",
    "web-at-internal": "authenticate-cognito,forward",
    "web-at-internal-open": "forward",
  });
});

it("previews stand at their own load balancer alone; what stands in for a foundation plays every listener", async () => {
  const { declared } = await withService({ listeners: { internal: {} } }, { stack: "pr-7" });
  expect(declared.filter(({ type }) => type === group)).toHaveLength(1);
  const foundationOf = (listeners: object) => ({ ...foundation, listeners });
  await expect(withService({ listeners: { partner: {} } }, { listeners: { internal } })).rejects.toThrow(
    /listeners\.partner: .*is not in `listeners` of moorage:foundation/,
  );
  const config = oneService({
    "moorage:services": { web: { repository: "hello", port: 8080, listeners: { partner: {} } } },
    "moorage:foundation": "foundation-dev",
  });
  const stacks = { "organization/hello/foundation-dev": foundationOf({ internal }) };
  await expect(run({ stack: "dev", config, stacks })).rejects.toThrow(
    /has no listener partner, it has internal: add it to moorage:listeners/,
  );
  const standIn = { ...config, "moorage:hostsBelow": "localhost" };
  await expect(
    withService(
      { listeners: { partner: {} } },
      { listeners: {}, changes: { "moorage:hostsBelow": "localhost" } },
    ),
  ).resolves.toBeDefined();
  const played = await run({ stack: "dev", config: standIn, stacks });
  expect(played.find(rule, "web-at-partner")).toMatchObject({ listenerArn: own });
});

it.each([
  [{ listener: "internal", listeners: { internal: {} } }, /listeners\.internal: is the service's `listener`/],
  [{ listeners: { a: {}, b: {}, c: {}, d: {}, e: {} } }, /listeners: must be at most 4/],
  [{ listener: "intern" }, /web\.listener: .*is not in .*did you mean "internal"/],
  [{ kind: "worker", port: undefined, listener: "internal" }, /web\.listener: .*a worker gets no requests/],
])("%o is a mistake", async (web, message) => {
  await expect(withService(web)).rejects.toThrow(message);
});

const further = {
  "moorage:listeners": {
    internal: {},
    partners: {
      internal: false,
      allow: ["203.0.113.0/24"],
      mutualTls: {
        mode: "verify",
        trustStore: `arn:aws:elasticloadbalancing:us-east-1:${account}:truststore/partners/1`,
        allowExpired: true,
        advertise: false,
      },
    },
  },
};

it("a foundation makes further load balancers, one with mutual TLS; roles of environments alone reach them", async () => {
  const { find, outputs, declared } = await runFoundation(
    settings({ ...further, "moorage:github": { repository: "acme/hello", repositoryId: 7 } }),
  );
  expect(find("aws:lb/loadBalancer:LoadBalancer", "load-balancer-internal")).toMatchObject({
    internal: true,
  });
  expect(find("aws:lb/loadBalancer:LoadBalancer", "load-balancer-partners")).toMatchObject({
    internal: false,
  });
  expect(find("aws:lb/listener:Listener", "listener-partners")).toMatchObject({
    protocol: "HTTPS",
    mutualAuthentication: {
      mode: "verify",
      trustStoreArn: further["moorage:listeners"].partners.mutualTls.trustStore,
      ignoreClientCertificateExpiry: true,
      advertiseTrustStoreCaNames: "off",
    },
  });
  for (const name of ["listener-1", "listener-internal"])
    expect(find("aws:lb/listener:Listener", name)).not.toHaveProperty("mutualAuthentication");
  expect(find("aws:ec2/securityGroup:SecurityGroup", "partners-load-balancer")["ingress"]).toMatchObject([
    { cidrBlocks: ["203.0.113.0/24"] },
    { cidrBlocks: ["203.0.113.0/24"] },
  ]);
  expect(Object.keys(outputs["listeners"] as object).sort()).toEqual(["internal", "partners"]);
  const { name } = find("aws:lb/loadBalancer:LoadBalancer", "load-balancer-internal");
  const reaching = declared.filter(({ inputs }) => JSON.stringify(inputs).includes(`/app/${String(name)}/`));
  expect(reaching.length).toBeGreaterThan(0);
  expect(reaching.filter(({ name: policy }) => policy.includes("preview"))).toEqual([]);
});

it.each([
  [{ "moorage:listeners": { x: { mutualTls: { mode: "verify" } } } }, /mutualTls\.trustStore: is missing/],
  [
    { "moorage:listener": { mutualTls: { mode: "passthrough", advertise: true } } },
    /listener\.mutualTls\.advertise: .*mode: verify/,
  ],
  [
    { "moorage:listener": { protocol: "HTTP", mutualTls: { mode: "passthrough" } } },
    /listener\.mutualTls: .*protocol: HTTPS/,
  ],
  [{ "moorage:listeners": { x: { allow: [] } } }, /listeners\.x\.allow/],
])("a foundation with %o is a mistake", async (changes, message) => {
  await expect(runFoundation(settings(changes))).rejects.toThrow(message);
});
