import type { DescribeServicesResponse } from "@aws-sdk/client-ecs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { Home } from "../../src/home/home.js";
import { Provider } from "../../src/provider/provider.js";
import { resourceTypes } from "../../src/resources/index.js";
import { RecordedRows } from "../../src/resources/rows.js";
import { startTarget } from "../../src/target.js";
import { temporaryFolder } from "../../../../test/harness/folder.js";

const site = { account: "111111111111", region: "us-east-1" };
const pace = { factor: 100 };

async function openProvider() {
  const target = await startTarget({ home: Home.open(join(temporaryFolder(), "home"), site), pace });
  onTestFinished(() => target.close());
  const { foundation } = await target.sites.site(site);
  const rows = new RecordedRows(target.store);
  const uses = { cloud: target.cloud, rows, pace, types: resourceTypes, saved: () => target.store.flush() };
  const call = <Output>(operation: string, input: unknown) =>
    target.cloud.call<Output>("ecs", operation, input, site);
  return { provider: new Provider(uses, site), foundation, call };
}

it("F34: what was scaled and edited by hand is seen as drift, and an update of something else resets nothing", async () => {
  const { provider, foundation, call } = await openProvider();
  const containerDefinitions = [
    { name: "web", image: "111111111111.dkr.ecr.us-east-1.amazonaws.com/none:v1" },
  ];
  await call("RegisterTaskDefinition", { family: "web", containerDefinitions });
  const subject = { type: "aws:ecs/service:Service", name: "web" };
  const capacity = { launchType: "FARGATE", desiredCount: 0 };
  const inputs = { name: "web", cluster: foundation.cluster, taskDefinition: "web:1", ...capacity };
  const { id, outputs } = await provider.create(subject, inputs);
  const hand = { cluster: foundation.cluster, service: "web", desiredCount: 2 };
  await call("UpdateService", { ...hand, deploymentConfiguration: { maximumPercent: 150 } });

  const live = await provider.read(subject, id, outputs, inputs);
  expect(live?.inputs).toMatchObject({ ...inputs, desiredCount: 2 });
  expect(live?.outputs).toMatchObject({ deploymentMaximumPercent: 150 });
  const { changes } = provider.diff(subject, live?.inputs ?? {}, inputs);
  expect([...changes.keys()]).toEqual(["desiredCount"]);

  const news = { ...inputs, propagateTags: "SERVICE" };
  await provider.update(subject, id, outputs, inputs, news);
  const { services = [] } = await call<DescribeServicesResponse>("DescribeServices", {
    cluster: foundation.cluster,
    services: ["web"],
  });
  expect(services).toMatchObject([{ desiredCount: 2, propagateTags: "SERVICE" }]);
});
