import { mkdtempSync, rmSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApiServer } from "../../src/wire/server.js";
import { signatureCheck } from "../../src/wire/signature.js";
import { Home } from "../../src/home/home.js";
import { listenOn } from "../../src/listen.js";
import { Provider } from "../../src/provider/provider.js";
import { resourceTypes } from "../../src/resources/index.js";
import { RecordedRows } from "../../src/resources/rows.js";
import { startTarget, type RunningTarget } from "../../src/target.js";
import { openClients } from "./clients.js";
import { makeImage, makeRepository, push } from "./image.js";
import { account, region, type Stage, tags } from "./stage.js";

const site = { account, region };
const pace = { factor: 100 };

/** A local target in this process, spoken to over HTTP. */
export async function openLocal(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), "moorage-contract-"));
  const home = Home.open(join(folder, "home"), site);
  const target = await startTarget({ home, pace });
  const { server, port } = await serve(target, home);
  // ECR names it in the addresses of layers.
  home.keep({ api: port });
  const endpoint = `http://127.0.0.1:${port}`;
  const { foundation } = await target.sites.site(site);
  const { clients, sent } = await openClients(endpoint, account, home.credentials.secretAccessKey);
  const ecr = await clients.ecr();
  await makeRepository(ecr, "hello");
  const image = await makeImage();
  await push(ecr, "hello", image, "v1");
  const create = creator(target);
  return {
    endpoint,
    clients,
    sent,
    foundation,
    image: `${account}.dkr.ecr.${region}.amazonaws.com/hello@${image.digest}`,
    createRole: (name) => create("aws:iam/role:Role", { name, assumeRolePolicy: trust, tags }),
    createAlarm: (name) => create("aws:cloudwatch/metricAlarm:MetricAlarm", { name, ...alarm }),
    createSecurityGroup: (name) =>
      create("aws:ec2/securityGroup:SecurityGroup", { name, vpcId: foundation.vpc, tags }),
    async close() {
      clients.close();
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await Promise.all([closed, target.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" },
  ],
});

/** Of what sends no data. */
const alarm = {
  namespace: "AWS/ApplicationELB",
  metricName: "UnHealthyHostCount",
  statistic: "Maximum",
  period: 60,
  evaluationPeriods: 3,
  threshold: 0,
  comparisonOperator: "GreaterThanThreshold",
  treatMissingData: "notBreaching",
};

async function serve({ cloud, store, registry }: RunningTarget, { credentials }: Home) {
  const check = signatureCheck(credentials.secretAccessKey);
  const aws = { cloud, store, check, defaultSite: site, log: () => undefined };
  const server = createApiServer({}, () => ({ aws, registry }), credentials);
  return { server, port: await listenOn(server, 0) };
}

/** What the engine would ask the provider for. */
function creator({ own, store }: RunningTarget) {
  const rows = new RecordedRows(store);
  const saved = () => store.flush();
  const provider = new Provider({ cloud: own, rows, pace, types: resourceTypes, saved }, site);
  return async (type: string, inputs: Record<string, unknown>) => {
    const subject = { type, name: String(inputs["name"]) };
    const { id, outputs } = await provider.create(subject, inputs);
    return () => provider.delete(subject, id, outputs);
  };
}
