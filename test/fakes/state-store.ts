import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AwsClients, awsClients } from "../../src/adapters/aws/clients.js";
import { type Ministack, startMinistack } from "./ministack.js";
import type { PythonTool } from "../harness/python-tool.js";

export const storeRegion = "us-east-1";
/** As the Pulumi CLI and the SDK read them. */
export const storeCredentials = {
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  AWS_REGION: storeRegion,
};

/** S3 and KMS of an emulator that this project did not write. */
export interface StateStore {
  endpoint: string;
  clients: AwsClients;
  /** Makes a bucket, and answers with the backend URL that Pulumi takes. */
  makeBucket(name: string, endpoint?: string): Promise<string>;
  close(): Promise<void>;
}

export async function openStateStore(tool: PythonTool): Promise<StateStore> {
  const home = mkdtempSync(join(tmpdir(), "moorage-store-"));
  const ministack: Ministack = await startMinistack(tool, home);
  const { endpoint } = ministack;
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const clients = awsClients({ endpoint, region: storeRegion, credentials });
  return {
    endpoint,
    clients,
    async makeBucket(Bucket, shownAs = endpoint) {
      await (await clients.s3()).send(new CreateBucketCommand({ Bucket }));
      return `s3://${Bucket}?region=${storeRegion}&endpoint=${shownAs}&s3ForcePathStyle=true`;
    },
    async close() {
      clients.close();
      await ministack.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
