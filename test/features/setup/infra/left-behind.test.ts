import { expect, it } from "vitest";
import type { Context } from "../../../../src/context/context.js";
import type { LookupFinding, Plan, StackSpec } from "../../../../src/adapters/engine/engine.js";
import { adoptUntracked } from "../../../../src/features/setup/infra/untracked.js";

const ids: Record<string, string> = {
  "aws:s3/bucket:Bucket": "acme-state",
  "aws:kms/alias:Alias": "alias/moorage/shop-dev",
};

/** What a foundation's `infra up` would create, where these types are there already with its tags. */
async function upOver(...types: string[]): Promise<void> {
  const steps = types.map((type) => ({
    urn: `urn:pulumi:foundation-dev::shop::${type}::state`,
    type,
    name: "state",
    operation: "create",
    after: {},
  }));
  const engine = { state: async () => undefined, adopt: async () => [] };
  const context = {
    engine: async () => engine,
    reporter: { notify: () => undefined },
    signal: new AbortController().signal,
  };
  const lookup = async ({ type }: { type: string }): Promise<LookupFinding> => ({
    is: "ours",
    id: ids[type] ?? "dev",
  });
  const spec = { stack: "foundation-dev" } as StackSpec;
  await adoptUntracked(context as unknown as Context, spec, { steps } as unknown as Plan, lookup);
}

it("provider 18: a foundation that meets the bucket and key it left is told how to name them", async () => {
  await expect(upOver("aws:s3/bucket:Bucket", "aws:kms/alias:Alias")).rejects.toMatchObject({
    code: "left-behind",
    hint: expect.stringContaining(
      "state: { bucket: acme-state, existing: true, key: alias/moorage/shop-dev }",
    ) as string,
  });
  await expect(upOver("aws:kms/alias:Alias")).rejects.toMatchObject({
    hint: expect.stringContaining("existing: true, key: alias/moorage/shop-dev") as string,
  });
});

it("provider 18: what else is left is removed by a person", async () => {
  await expect(upOver("aws:ecs/cluster:Cluster")).rejects.toMatchObject({
    code: "left-behind",
    message: expect.stringContaining("aws:ecs/cluster:Cluster dev") as string,
    hint: expect.not.stringContaining("existing") as string,
  });
});
