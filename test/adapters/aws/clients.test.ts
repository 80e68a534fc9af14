import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { DescribeClustersCommand } from "@aws-sdk/client-ecs";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { credentialsEnd } from "../../../src/adapters/aws/caller.js";
import { type AwsConnection, awsClients } from "../../../src/adapters/aws/clients.js";
import { assumedRoles } from "../../../src/core/project/assume-role.js";
import { Cloud, type Site } from "../../../packages/local-aws/src/cloud.js";
import { createSts } from "../../../packages/local-aws/src/services/sts/sts.js";
import { listenOn } from "../../../packages/local-aws/src/listen.js";
import { serve } from "../../../packages/local-aws/test/wire/serve.js";

const credentials = { accessKeyId: "111111111111", secretAccessKey: "local" };

function open(connection: Omit<AwsConnection, "region">) {
  const clients = awsClients({ region: "us-east-1", ...connection });
  onTestFinished(() => clients.close());
  return clients;
}

/** A server that answers as it is told. */
async function listening(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer((request, response) => {
    request.resume();
    answer(request, response);
  });
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${await listenOn(server, 0)}`;
}

describe("AWS's clients", () => {
  it("F5: repeat what AWS throttles, and nothing else", async () => {
    const asked: string[] = [];
    const endpoint = await listening((_request, response) => {
      asked.push("");
      const [status, type] = asked.length < 3 ? [400, "ThrottlingException"] : [400, "ClientException"];
      response.writeHead(status, { "content-type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify({ __type: type, message: "words" }));
    });
    const ecs = await open({ endpoint, credentials }).ecs();
    await expect(ecs.send(new DescribeClustersCommand({}))).rejects.toMatchObject({
      name: "ClientException",
    });
    expect(asked).toHaveLength(3);
  });

  it("F5: bound each attempt: one that is never answered ends, and is repeated", async () => {
    let asked = 0;
    const endpoint = await listening((_request, response) => {
      asked += 1;
      if (asked < 3) return;
      response.writeHead(200, { "content-type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify({ clusters: [] }));
    });
    const ecs = await open({ endpoint, credentials, attemptMs: 250 }).ecs();
    expect(await ecs.send(new DescribeClustersCommand({}))).toMatchObject({ clusters: [] });
    expect(asked).toBe(3);
  });

  it("assume the configured roles one after the other, once for all services", async () => {
    const assumed: unknown[] = [];
    const sts = createSts("local");
    const watched = new Cloud({ sts }, ({ operation, input }) => {
      if (operation === "AssumeRole") assumed.push(input);
    });
    const { endpoint } = await serve({ sts: { operations: throughGate(watched) } });
    const roles = ["222222222222", "333333333333"].map((account) => ({
      roleArn: `arn:aws:iam::${account}:role/deploy`,
      externalId: "x",
    }));
    lendCredentials();
    const clients = open({ endpoint, roles });
    const [{ Account }] = await Promise.all([
      (await clients.sts()).send(new GetCallerIdentityCommand({})),
      credentialsEnd(clients),
    ]);
    expect(Account).toBe("333333333333");
    expect(assumed).toHaveLength(2);
    expect(assumed).toMatchObject(roles.map(({ roleArn }) => ({ RoleArn: roleArn, ExternalId: "x" })));
  });

  it("F15: credentials of an assumed role say when they end", async () => {
    const { endpoint } = await serve({ sts: createSts("local", () => 0) });
    const roles = [{ roleArn: "arn:aws:iam::222222222222:role/deploy", durationSeconds: 900 }];
    lendCredentials();
    expect(await credentialsEnd(open({ endpoint, roles }))).toEqual(new Date(900_000));
  });
});

/** What the SDK's own chain finds first. */
function lendCredentials(): void {
  vi.stubEnv("AWS_ACCESS_KEY_ID", credentials.accessKeyId);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "local");
  onTestFinished(() => void vi.unstubAllEnvs());
}

function throughGate(cloud: Cloud) {
  return Object.fromEntries(
    ["AssumeRole", "GetCallerIdentity"].map((operation) => [
      operation,
      (input: never, asked: Site) => cloud.call("sts", operation, input, asked),
    ]),
  );
}

describe("the configured roles", () => {
  const roleArn = "arn:aws:iam::222222222222:role/deploy";
  it.each([
    [{}, []],
    [{ "aws:assumeRoles": [{ roleArn, duration: "30m" }] }, [{ roleArn, duration: 1_800_000 }]],
    [{ "aws:assumeRoles": { roleArn, sessionName: "ci", policy: "{}" } }, [{ roleArn, sessionName: "ci" }]],
  ])("%o", (config, roles) => {
    expect(assumedRoles(config)).toEqual(roles);
  });

  it("provider 13: the provider does not know aws:assumeRole, which is refused with what to write", () => {
    const refused = expect.objectContaining({
      code: "config-invalid",
      exitCode: 2,
      hint: expect.stringContaining("aws:assumeRoles: [") as string,
    }) as Error;
    expect(() => assumedRoles({ "aws:assumeRole": { roleArn } })).toThrow(refused);
  });

  it("are refused where they are none", () => {
    expect(() => assumedRoles({ "aws:assumeRoles": [{}] })).toThrow(/aws:assumeRoles names no role/);
  });
});
