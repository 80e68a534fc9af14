import { CreateRepositoryCommand } from "@aws-sdk/client-ecr";
import { CreateRuleCommand, DeleteRuleCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import type { AwsClients } from "../../src/adapters/aws/clients.js";
import { tenantsOf } from "../../src/adapters/aws/tenants.js";
import { adoptUntracked } from "../../src/features/setup/infra/untracked.js";
import { remaining } from "../../src/features/setup/infra/remaining.js";
import { openClients } from "../../packages/local-aws/test/contract/clients.js";
import { ofFoundations, operationsIn } from "../../packages/local-aws/test/contract/operations.js";
import { lookupOn } from "../../src/adapters/aws/lookup.js";
import { type StateDeployment, resourceOf, type Row } from "../../src/adapters/engine/deployment.js";
import type { Engine, Lookup, StackSpec } from "../../src/adapters/engine/engine.js";
import { findCreated } from "../../src/adapters/engine/find-created.js";
import { getEngine } from "../../src/adapters/engine/get.js";
import { createEngine } from "../../src/adapters/engine/run.js";
import { engineEnvironment } from "../../packages/local-aws/src/daemon/process-env.js";
import { silentReporter } from "../../src/core/reporter.js";
import program from "../../stacks/index.js";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { serve } from "../../packages/local-aws/test/wire/serve.js";
import { openBench, site } from "../../packages/local-aws/test/provider/provider-harness.js";
import { type AtEnd, temporaryFolder } from "../harness/folder.js";

/** Every setting that declares a type of resource. */
const config = {
  "aws:region": site.region,
  "moorage:app": "hello",
  "moorage:domain": "dev.example.com",
  "moorage:hosts": ["www.example.com"],
  "moorage:zone": "Z0123456789ABC",
  "moorage:network": { nat: "single", endpoints: ["s3", "ecr", "logs"] },
  "moorage:loadBalancers": { count: 2 },
  "moorage:repositories": { names: ["hello"], pullAccounts: ["222222222222"] },
  "moorage:state": { bucket: "hello-state" },
  "moorage:github": { repository: "acme/hello" },
};

const bound = { timeoutMs: 60_000, settleMs: 0 };

interface Bench {
  clients: AwsClients;
  endpoint: string;
  engine: Engine;
  spec: StackSpec;
  lookup: Lookup;
  /** The stack's state, and how it is written over. */
  state: StateDeployment["deployment"];
  write(state: StateDeployment["deployment"]): void;
}

const ends: Parameters<AtEnd>[0][] = [];
const atEnd: AtEnd = (end) => void ends.unshift(end);

let foundation: Bench;
/** One for all tests: those that destroy it come last. */
beforeAll(async () => void (foundation = await openFoundation()), 120_000);
afterAll(async () => {
  for (const end of ends) await end();
});

let destroying: ReturnType<Engine["destroy"]> | undefined;
const destroyed = () => (destroying ??= foundation.engine.destroy(foundation.spec, bound));

/** A foundation that stands, made by the real engine. */
async function openFoundation(): Promise<Bench> {
  const { target, home } = await openBench(atEnd);
  const { providerPort } = await target.sites.site(site);
  const { endpoint } = await serve(target.cloud.services, target.store, atEnd);
  const { clients } = await openClients(endpoint);
  atEnd(() => clients.close());
  const spec: StackSpec = {
    project: "hello",
    stack: "foundation-dev",
    backendUrl: home.backendUrl,
    config,
    env: engineEnvironment({ home, site, endpoint, providerPort }),
  };
  const signal = new AbortController().signal;
  const binary = await getEngine({ env: process.env, reporter: silentReporter, signal });
  const engine = createEngine({ binary, workFolder: temporaryFolder(undefined, atEnd) });
  await engine.up(spec, { program: () => program(), exists: false, ...bound });
  const file = join(new URL(home.backendUrl).pathname, ".pulumi/stacks/hello/foundation-dev.json");
  const stored = JSON.parse(readFileSync(file, "utf8")) as {
    checkpoint: { latest: StateDeployment["deployment"] };
  };
  return {
    clients,
    endpoint,
    engine,
    spec,
    lookup: lookupOn(clients),
    state: stored.checkpoint.latest,
    write: (latest) =>
      writeFileSync(file, JSON.stringify({ ...stored, checkpoint: { ...stored.checkpoint, latest } })),
  };
}

function isMade({ custom, type }: Row): boolean {
  return custom === true && !type.startsWith("pulumi:");
}

/** As a kill leaves it that comes while these are being created. */
function killedWhileCreating(state: StateDeployment["deployment"], isBegun: (row: Row) => boolean) {
  const rows = state.resources ?? [];
  const pending_operations = rows.filter(isBegun).map(({ id: _id, outputs: _outputs, ...resource }) => ({
    resource,
    type: "creating" as const,
  }));
  return { ...state, resources: rows.filter((row) => !isBegun(row)), pending_operations };
}

/** Where the import form of an id is another than the engine's. */
const importForms: Record<string, (row: Row) => string> = {
  "aws:ecs/cluster:Cluster": ({ inputs }) => String(inputs?.["name"]),
  "aws:ec2/route:Route": ({ inputs }) =>
    `${String(inputs?.["routeTableId"])}_${String(inputs?.["destinationCidrBlock"])}`,
  "aws:ec2/routeTableAssociation:RouteTableAssociation": ({ inputs }) =>
    `${String(inputs?.["subnetId"])}/${String(inputs?.["routeTableId"])}`,
};

/** Nothing on AWS that could be left: it is made again. */
const madeAnew = ["aws:acm/certificateValidation:CertificateValidation"];

it(
  "F42, correctness 10: what carries another stack's tags is named, whatever it is",
  { timeout: 120_000 },
  async () => {
    const { lookup, state } = foundation;
    const unnamed =
      /(ec2\/(vpc|subnet|natGateway|eip|vpcEndpoint|internetGateway|routeTable)|acm\/\w+|kms\/key):/;
    for (const row of (state.resources ?? []).filter(isMade)) {
      const ofAnother = { ...resourceOf(row), urn: row.urn.replace("::hello::", "::billing::") };
      const finding = await lookup(ofAnother, new Set());
      // Without a name nothing is in the way; a record is judged by what it says.
      const expected = unnamed.test(row.type) ? "absent" : row.type.includes("route53") ? "ours" : "others";
      expect([row.urn, finding.is]).toEqual([row.urn, expected]);
    }
  },
);

it("F42: stacks of other projects on a foundation are seen on the target", { timeout: 120_000 }, async () => {
  const { clients, state } = foundation;
  const ids = (type: string) =>
    (state.resources ?? []).flatMap((row) => (row.type === type ? [row.id ?? ""] : []));
  const ground = { clusters: ids("aws:ecs/cluster:Cluster"), listeners: ids("aws:lb/listener:Listener") };
  expect(await tenantsOf(clients, ground)).toEqual([]);
  const elbv2 = await clients.elbv2();
  const { Rules: [rule] = [] } = await elbv2.send(
    new CreateRuleCommand({
      ListenerArn: ground.listeners.sort()[0],
      Priority: 7,
      Conditions: [{ Field: "host-header", HostHeaderConfig: { Values: ["shop.example.com"] } }],
      Actions: [{ Type: "fixed-response", FixedResponseConfig: { StatusCode: "200" } }],
      Tags: [
        { Key: "moorage:project", Value: "billing" },
        { Key: "moorage:stack", Value: "dev" },
      ],
    }),
  );
  onTestFinished(async () => void (await elbv2.send(new DeleteRuleCommand({ RuleArn: rule?.RuleArn }))));
  expect(await tenantsOf(clients, ground)).toEqual([
    "listener rule for shop.example.com (of stack dev, project billing)",
  ]);
});

it(
  "F42: a name that somebody else has is refused by the plan, and left as it is",
  { timeout: 120_000 },
  async () => {
    const { engine, spec, lookup } = foundation;
    const signal = new AbortController().signal;
    const ofBilling: Lookup = (resource, known) =>
      lookup({ ...resource, urn: resource.urn.replace("::hello::", "::billing::") }, known);
    const another = { ...spec, stack: "foundation-dev", project: "hello" };
    const { steps } = await engine.preview(
      { ...another, backendUrl: `file://${temporaryFolder()}` },
      { program: () => program(), exists: false, ...bound },
    );
    const adopting = adoptUntracked(
      { engine: async () => engine, signal, reporter: silentReporter },
      spec,
      { changes: {}, steps },
      ofBilling,
    );
    await expect(adopting).rejects.toMatchObject({
      code: "name-taken",
      message: expect.stringContaining(
        "ECS cluster hello-dev (of stack foundation-dev, project hello)",
      ) as string,
    });
  },
);

it(
  "F7, F41: what turns up after the run that was killed is taken over by the plan",
  { timeout: 180_000 },
  async () => {
    const { engine, spec, lookup, state, write } = foundation;
    const late = /ecr\/repository:|natGateway|iam\/policy:Policy|lb\/(loadBalancer|listener):|kms\/alias/;
    const isLate = ({ type }: Row) => late.test(type);
    const rows = state.resources ?? [];
    const lost = new Set(rows.filter(isLate).map(({ urn }) => urn));
    // Without them, and without what came after them.
    const isAfter = ({ dependencies = [] }: Row) => dependencies.some((urn) => lost.has(urn));
    for (let before = -1; before < lost.size;) {
      before = lost.size;
      rows.filter(isAfter).forEach(({ urn }) => lost.add(urn));
    }
    onTestFinished(() => write(state));
    write({ ...state, resources: rows.filter(({ urn }) => !lost.has(urn)) });
    const plan = () => engine.preview(spec, { program: () => program(), exists: true, ...bound });
    const context = {
      engine: async () => engine,
      signal: new AbortController().signal,
      reporter: silentReporter,
    };
    for (let passes = 0; await adoptUntracked(context, spec, await plan(), lookup);)
      expect(++passes).toBeLessThan(5);
    const created = (await plan()).steps
      .filter(({ operation }) => operation === "create")
      .map(({ type }) => type);
    expect(created.filter((type) => late.test(type))).toEqual([]);
  },
);

it(
  "F41, correctness 1: killed at each pending creation of a foundation, it is found, and all of them are adopted",
  { timeout: 180_000 },
  async () => {
    const { engine, spec, lookup, state, write } = foundation;
    const made = (state.resources ?? []).filter(isMade);
    for (const row of made) {
      const deployment = killedWhileCreating(state, ({ urn }) => urn === row.urn);
      const { ids, others } = await findCreated({ version: 3, deployment }, lookup, {
        stack: "dev",
        settleMs: 0,
      });
      expect(others).toEqual([]);
      const form = importForms[row.type]?.(row) ?? row.id;
      expect([row.urn, ids.get(row.urn)]).toEqual([row.urn, madeAnew.includes(row.type) ? undefined : form]);
    }

    const isBegun = (row: Row) => isMade(row) && !madeAnew.includes(row.type);
    write(killedWhileCreating(state, isBegun));
    const { adopted, forgotten } = await engine.repair(spec, lookup, bound);
    expect(forgotten).toEqual([]);
    expect(adopted.sort()).toEqual(
      made
        .filter(isBegun)
        .map(({ urn }) => urn)
        .sort(),
    );
    const { steps } = await engine.preview(spec, { program: () => program(), exists: true, ...bound });
    expect(steps.map(({ operation, type, name, changed }) => ({ operation, type, name, changed }))).toEqual(
      [],
    );
  },
);

it(
  "F41, F13: what is gone is proven absent, and what carries the tags is named",
  { timeout: 180_000 },
  async () => {
    const { state, endpoint } = foundation;
    const { clients, sent } = await openClients(endpoint);
    onTestFinished(() => clients.close());
    const lookup = lookupOn(clients);
    const resources = (state.resources ?? []).map(resourceOf);
    const context = { aws: clients, project: "hello" };
    const left = () =>
      remaining(context, { stack: "foundation-dev", kind: "foundation" }, { lookup, resources });
    expect(await left()).toEqual(
      expect.arrayContaining([
        "Repository hello (hello)",
        "ECR repository hello",
        "ECS cluster hello-dev",
        "load balancer lb1-hello-dev",
        expect.stringMatching(/^NAT gateway nat-/),
        expect.stringMatching(/^elastic IP eipalloc-/),
        expect.stringMatching(/^VPC vpc-/),
        expect.stringMatching(/^certificate of /),
        expect.stringMatching(/^OIDC provider /),
        expect.stringMatching(/^IAM role /),
        expect.stringMatching(/^IAM policy /),
      ]) as string[],
    );

    expect((await destroyed()).result).toBe("destroyed");
    expect(await left()).toEqual([]);
    // The state outlives the stack.
    const kept = /^aws:(s3|kms)\//;
    for (const row of (state.resources ?? []).filter(isMade)) {
      const finding = await lookup(resourceOf(row), new Set());
      expect([row.urn, finding.is]).toEqual([row.urn, kept.test(row.type) ? "ours" : "absent"]);
    }

    const ecr = await clients.ecr();
    const tags = [
      { Key: "moorage:project", Value: "hello" },
      { Key: "moorage:stack", Value: "foundation-dev" },
    ];
    await ecr.send(new CreateRepositoryCommand({ repositoryName: "unknown-to-any-state", tags }));
    await ecr.send(new CreateRepositoryCommand({ repositoryName: "of-another", tags: tags.slice(1) }));
    expect(await left()).toEqual(["ECR repository unknown-to-any-state"]);
    // Services and rules are what stands on a foundation.
    const isOfFoundations = (file: string) => ofFoundations.test(file) && !/services|tenants/.test(file);
    const missing = operationsIn(isOfFoundations).filter((operation) => !sent.has(`${operation}Command`));
    expect(missing).toEqual(["DescribeRules"]);
  },
);

it(
  "provider 18: a destroyed foundation leaves its state, which the next one is told to name",
  { timeout: 120_000 },
  async () => {
    const { engine, spec, lookup } = foundation;
    await destroyed();
    const plan = await engine.preview(spec, { program: () => program(), exists: false, ...bound });
    const context = {
      engine: async () => engine,
      signal: new AbortController().signal,
      reporter: silentReporter,
    };
    await expect(adoptUntracked(context, spec, plan, lookup)).rejects.toMatchObject({
      code: "left-behind",
      hint: expect.stringContaining(
        "state: { bucket: hello-state, existing: true, key: alias/moorage/hello-dev }",
      ) as string,
    });
  },
);
