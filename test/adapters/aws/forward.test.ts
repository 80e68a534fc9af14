import { execFile } from "node:child_process";
import { createServer, type IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from "vitest";
import { openForward } from "../../../src/adapters/aws/forward.js";
import type { BucketRequest } from "../../../src/adapters/backend/bucket-http.js";
import { parseS3Url } from "../../../src/adapters/backend/s3-url.js";
import { listenOn } from "../../../packages/local-aws/src/listen.js";
import { describeWith, pythonTool } from "../../harness/python-tool.js";
import { storeCredentials } from "../../fakes/state-store.js";

/** The signature that botocore gives the same request. */
const judge = `
import json, re, sys
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
sent = json.loads(sys.argv[1])
headers = sent["headers"]
names, signature = re.search(r"SignedHeaders=([^,]*), Signature=(\\w+)", headers["authorization"]).groups()
auth = S3SigV4Auth(Credentials("test", "test"), "s3", "us-east-1")
url = "http://" + headers["host"] + sent["url"]
kept = {name: headers[name] for name in names.split(";")}
request = AWSRequest(method=sent["method"], url=url, headers=kept, data=sent["body"].encode())
request.context["timestamp"] = headers["x-amz-date"]
request.context["payload_signing_enabled"] = True
canonical = auth.canonical_request(request)
print(auth.signature(auth.string_to_sign(request, canonical), request) == signature)
`;

interface Sent extends Pick<IncomingMessage, "method" | "url" | "headers"> {
  body: string;
}

describeWith(await pythonTool("awscli"), "a request passed on to S3", (tool) => {
  beforeAll(() => {
    for (const [name, value] of Object.entries(storeCredentials)) vi.stubEnv(name, value);
  });
  afterAll(() => vi.unstubAllEnvs());

  async function passedOn(request: BucketRequest): Promise<Sent> {
    const sent: Sent[] = [];
    const server = createServer(async (message, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of message) chunks.push(chunk as Buffer);
      const { method, url, headers } = message;
      sent.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      response.end();
    });
    const port = await listenOn(server, 0);
    onTestFinished(() => void server.close());
    const endpoint = `http://127.0.0.1:${port}`;
    const { forward, close } = await openForward(
      parseS3Url(`s3://acme/team?region=us-east-1&endpoint=${endpoint}&s3ForcePathStyle=true`),
    );
    await forward(request);
    close();
    return sent[0] as Sent;
  }

  const nothing = Buffer.alloc(0);
  it.each<[string, BucketRequest]>([
    [
      "a write",
      {
        method: "PUT",
        path: "/team/.pulumi/stacks/hello/pr%20+1%3D.json",
        query: "x-id=PutObject",
        headers: {
          "content-type": "application/json",
          "amz-sdk-request": "attempt=1; max=3",
          authorization: "old",
        },
        body: Buffer.from("{}"),
      },
    ],
    [
      "a copy",
      {
        method: "PUT",
        path: "/k.bak",
        query: "",
        headers: { "x-amz-copy-source": "acme/team/.pulumi%2Fx.json" },
        body: nothing,
      },
    ],
    [
      "a list",
      {
        method: "GET",
        path: "",
        query: "list-type=2&prefix=team%2Fa%20b%2B%2F&continuation-token=a%3D%3D&start-after=",
        headers: {},
        body: nothing,
      },
    ],
  ])("%s is signed as another implementation signs it", async (_title, request) => {
    const sent = await passedOn(request);
    expect(sent.headers["authorization"]).not.toBe("old");
    const env = { PATH: process.env["PATH"], PYTHONPATH: tool.folder };
    const { stdout } = await promisify(execFile)(tool.python, ["-c", judge, JSON.stringify(sent)], { env });
    expect(stdout.trim()).toBe("True");
  });
});
