import { expect, it, onTestFinished } from "vitest";
import { awsClients } from "../../src/aws/clients.js";
import { lookupOn } from "../../src/aws/lookup.js";
import { type Deployment, resourceOf, type Row } from "../../src/engine/deployment.js";
import type { Engine, Lookup, StackSpec } from "../../src/engine/engine.js";
import { findCreated } from "../../src/engine/find-created.js";
import { getEngine } from "../../src/engine/get.js";
import { createEngine } from "../../src/engine/run.js";
import { engineEnvironment } from "../../src/local/environment.js";
import { silentHost } from "../../src/report.js";
import program from "../../stacks/index.js";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { serve } from "../local/api/serve.js";
import { openBench, site } from "../local/provider/bench.js";
import { temporaryFolder } from "../support/folder.js";

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
  engine: Engine;
  spec: StackSpec;
  lookup: Lookup;
  /** The stack's state, and how it is written over. */
  state: Deployment["deployment"];
  write(state: Deployment["deployment"]): void;
}

/** A foundation that stands, made by the real engine. */
async function openFoundation(): Promise<Bench> {
  const { target, home } = await openBench();
  const { providerPort } = await target.sites.site(site);
  const { endpoint } = await serve(target.cloud.services, target.store);
  const credentials = { accessKeyId: site.account, secretAccessKey: "local" };
  const clients = awsClients({ endpoint, region: site.region, credentials });
  onTestFinished(() => clients.close());
  const spec: StackSpec = {
    project: "hello",
    stack: "foundation-dev",
    backendUrl: home.backendUrl,
    config,
    env: engineEnvironment({ home, site, endpoint, providerPort }),
  };
  const signal = new AbortController().signal;
  const binary = await getEngine({ env: process.env, host: silentHost, signal });
  const engine = createEngine({ binary, workFolder: temporaryFolder() });
  await engine.up(spec, { program: () => program(), exists: false, ...bound });
  const file = join(new URL(home.backendUrl).pathname, ".pulumi/stacks/hello/foundation-dev.json");
  const stored = JSON.parse(readFileSync(file, "utf8")) as {
    checkpoint: { latest: Deployment["deployment"] };
  };
  return {
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
function killedWhileCreating(state: Deployment["deployment"], isBegun: (row: Row) => boolean) {
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
  "F41, correctness 1: killed at each pending creation of a foundation, it is found, and all of them are adopted",
  { timeout: 180_000 },
  async () => {
    const { engine, spec, lookup, state, write } = await openFoundation();
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
    expect((await engine.destroy(spec, bound)).result).toBe("destroyed");
  },
);

it("F41: what was never made is proven absent, whatever it is", { timeout: 120_000 }, async () => {
  const { engine, spec, lookup, state } = await openFoundation();
  await engine.destroy(spec, bound);
  // The state outlives the stack.
  const kept = /^aws:(s3|kms)\//;
  for (const row of (state.resources ?? []).filter(isMade)) {
    const finding = await lookup(resourceOf(row), new Set());
    expect([row.urn, finding.is]).toEqual([row.urn, kept.test(row.type) ? "ours" : "absent"]);
  }
});

it(
  "F42, correctness 10: what carries another stack's tags is named, whatever it is",
  { timeout: 120_000 },
  async () => {
    const { lookup, state } = await openFoundation();
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
