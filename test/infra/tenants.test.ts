import { expect, it } from "vitest";
import { awsClients } from "../../src/aws/clients.js";
import { refuseGoing } from "../../src/deployment/foundation.js";
import { claimAlone } from "../../src/infra/tenants.js";
import { fileRecords } from "../../src/record/file.js";
import { acquire } from "../../src/record/lock.js";
import { thisOwner } from "../../src/record/owner.js";
import { temporaryFolder } from "../support/folder.js";

const foundation = { stack: "foundation-dev", environments: ["dev"], previewBase: "dev" };

/** A foundation that stands, held by a run that is about to destroy it; nothing of it is on AWS. */
async function scene() {
  const records = fileRecords(temporaryFolder());
  const owner = thisOwner({});
  const take = (stack: string) => {
    const signal = new AbortController().signal;
    return acquire(records, { project: "hello", stack, operation: "up", owner, timeoutMs: 0, signal });
  };
  const held = await take("foundation-dev");
  await held.update({ exists: true, status: "ready" });
  const aws = awsClients({ region: "us-east-1" });
  const destroy = () => claimAlone({ records, owner, isOver: async () => false, aws }, foundation, held, []);
  const deploy = (stack: string) => {
    const config = { foundation: "foundation-dev" } as Parameters<typeof refuseGoing>[1]["config"];
    const context = { records, target: { overlay: {} } } as unknown as Parameters<typeof refuseGoing>[0];
    return refuseGoing(context, { stack, config });
  };
  return { records, held, take, destroy, deploy };
}

it.each(["dev", "pr-7"])(
  "F13: a first deployment of %s that has begun keeps its foundation",
  async (stack) => {
    const { held, take, destroy, deploy } = await scene();
    await take(stack);
    await deploy(stack);
    await expect(destroy()).rejects.toMatchObject({
      code: "in-use",
      exitCode: 4,
      message: expect.stringContaining(stack) as string,
    });
    expect(held.record.status).toBe("ready");
    await deploy(stack);
  },
);

it("F13: nothing is deployed onto a foundation that is going", async () => {
  const { take, destroy, deploy } = await scene();
  await destroy();
  await take("dev");
  await expect(deploy("dev")).rejects.toMatchObject({ code: "foundation-going", exitCode: 4 });
});
