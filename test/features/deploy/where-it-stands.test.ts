import { expect, it, onTestFinished } from "vitest";
import { awsClients } from "../../../src/adapters/aws/clients.js";
import type { Context } from "../../../src/context/context.js";
import type { StackRecord } from "../../../src/adapters/record/record.js";
import type { DeployRequest } from "../../../src/features/deploy/request.js";
import { whereItStands } from "../../../src/features/deploy/foundation.js";
import {
  bench,
  listener,
  loadBalancer,
  rule,
  targetGroup,
} from "../../../packages/local-aws/test/services/elbv2/support.js";
import { clientConfig, serve } from "../../../packages/local-aws/test/wire/serve.js";
import { foundation } from "../../stacks/program.js";

it("a stack stands where one of its services does, though the first is at a listener of its own", async () => {
  const { elbv2, call, store } = bench();
  const { endpoint } = await serve({ elbv2 }, store);
  const aws = awsClients(clientConfig(endpoint));
  onTestFinished(() => aws.close());
  const places: Record<string, { listener: string; targetGroup: string }> = {};
  for (const name of ["internal", "first", "second"]) {
    const arn = await listener(call, await loadBalancer(call, name));
    const group = await targetGroup(call, name);
    await rule(call, arn, group);
    places[name] = { listener: arn, targetGroup: group };
  }
  const spread = [{ listener: places["second"]?.listener, domain: "b.example.com" }];
  const config = {
    foundation: { ...foundation, listener: places["first"]?.listener, spread, previewEntrances: [] },
  };
  const services = ["internal", "second"].map((name) => ({ name, targetGroup: places[name]?.targetGroup }));
  const context = { aws, target: { overlay: {} } } as unknown as Context;
  const request = { stack: "pr-7", config } as unknown as DeployRequest;
  const record = { deployed: { services } } as unknown as StackRecord;
  expect(await whereItStands(context, request, record)).toBe(places["second"]?.listener);
});
