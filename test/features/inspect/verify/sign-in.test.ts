import { expect, it, onTestFinished } from "vitest";
import { awsClients } from "../../../../src/adapters/aws/clients.js";
import { parseConfig } from "../../../../src/core/project/parse.js";
import { judgeSignIn } from "../../../../src/features/inspect/verify/sign-in.js";
import type { VerifyInput } from "../../../../src/features/inspect/verify/verify-input.js";
import { createEc2 } from "../../../../packages/local-aws/src/services/ec2/ec2.js";
import { RecordedRows } from "../../../../packages/local-aws/src/resources/rows.js";
import {
  bench,
  listener,
  loadBalancer,
  site,
} from "../../../../packages/local-aws/test/services/elbv2/support.js";
import { clientConfig, serve } from "../../../../packages/local-aws/test/wire/serve.js";

const cognito = {
  userPool: `arn:aws:cognito-idp:us-east-1:${site.account}:userpool/us-east-1_abc`,
  clientId: "the-client",
  domain: "shop",
};
const rule = (fromPort: number, toPort: number, block: string, protocol = "tcp") => ({
  protocol,
  fromPort,
  toPort,
  cidrBlocks: [block],
});

/** The load balancer's security group lets it out as the rules say. */
async function stage(egress: object[], auth: object = { cognito }) {
  const { elbv2, call, store } = bench();
  const rows = new RecordedRows(store);
  rows.put({ type: "ec2/securityGroup", id: "sg-1", site, properties: { name: "lb", egress } });
  const arn = await listener(call, await loadBalancer(call));
  const { endpoint } = await serve({ elbv2, ec2: createEc2(rows, () => []) }, store);
  const aws = awsClients(clientConfig(endpoint));
  onTestFinished(() => aws.close());
  const config = parseConfig(
    {
      "moorage:app": "hello",
      "moorage:registry": "registry.example.com",
      "moorage:foundation": "foundation-dev",
      "moorage:services": { web: { repository: "hello", port: 8080, auth } },
    },
    "test",
  );
  const input = { context: { aws }, config, foundation: { listener: arn } } as unknown as VerifyInput;
  return judgeSignIn(input, "web");
}

it.each([
  [[rule(443, 443, "0.0.0.0/0")], "OK", /the domain shop; the smoke test sees the redirect/],
  [[rule(0, 0, "0.0.0.0/0", "-1")], "OK", /never the app/],
  [[rule(1, 65_535, "10.0.0.0/16")], "NG", /signIn: true/],
  [[rule(80, 80, "0.0.0.0/0")], "NG", /at port 443/],
  [[], "NG", /every sign-in ends with 500/],
])("a load balancer whose group lets out %j", async (egress, result, message) => {
  const judged = await stage(egress);
  expect(judged.result).toBe(result);
  expect(judged.message).toMatch(message);
});

it("tells which paths are open", async () => {
  const judged = await stage([rule(443, 443, "0.0.0.0/0")], { cognito, open: ["/health"] });
  expect(judged.message).toMatch(/\/health open for everybody/);
});
