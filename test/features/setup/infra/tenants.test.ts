import { expect, it } from "vitest";
import { awsClients } from "../../../../src/adapters/aws/clients.js";
import { refuseGoing } from "../../../../src/features/deploy/foundation.js";
import { breakLocks, findHolders } from "../../../../src/features/deploy/break-lock.js";
import { platformFailure } from "../../../../src/core/errors.js";
import { withInfraLock } from "../../../../src/features/setup/infra/lock.js";
import { claimAlone } from "../../../../src/features/setup/infra/tenants.js";
import { fileRecords } from "../../../../src/adapters/record/file.js";
import { acquire } from "../../../../src/adapters/record/lock.js";
import { thisOwner } from "../../../../src/adapters/record/owner.js";
import { silentReporter } from "../../../../src/core/reporter.js";
import { temporaryFolder } from "../../../harness/folder.js";

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

it("F13, F41: nothing is deployed onto a foundation that was destroyed in part, also once its lock was broken", async () => {
  const { records, held, deploy } = await scene();
  await held.unlock();
  const signal = new AbortController().signal;
  const target = { backendUrl: "file:///nowhere" };
  const common = {
    records,
    owner: thisOwner({}),
    signal,
    reporter: silentReporter,
    project: "hello",
    target,
  };
  const context = common as unknown as Parameters<typeof withInfraLock>[0];
  const asked = { stack: "foundation-dev", operation: "destroy" as const, lockTimeoutMs: 0 };
  const destroyed = withInfraLock(context, asked, async (own) => {
    await claimAlone({ ...context, aws: awsClients({ region: "us-east-1" }) }, foundation, own, []);
    throw platformFailure("engine-failed", "The cluster is gone, the load balancer is not.", "");
  });
  await expect(destroyed).rejects.toMatchObject({ code: "engine-failed" });
  await expect(deploy("dev")).rejects.toMatchObject({ code: "foundation-going" });
  await acquire(records, { ...asked, project: "hello", owner: thisOwner({}), timeoutMs: 0, signal });
  await breakLocks(
    context,
    "foundation-dev",
    await findHolders(context, "foundation-dev", async () => "over"),
  );
  await expect(deploy("dev")).rejects.toMatchObject({ code: "foundation-going" });
});
