import { expect, it } from "vitest";
import { ensureStateKey } from "../../../src/adapters/aws/state-key.js";
import { AwsError } from "../../../packages/local-aws/src/cloud.js";
import { played, type Operations } from "./played.js";

interface Key {
  id: string;
  state: "Enabled" | "Disabled" | "PendingDeletion";
  /** Of `moorage:alias`. */
  tag?: string;
  /** Order of creation. */
  day: number;
  rotates?: boolean;
}

interface Scene {
  keys?: Key[];
  /** Key by alias. */
  aliases?: Record<string, string>;
  /** How many looks at an alias come before KMS shows it. */
  lateLooks?: number;
  /** What happens before an operation is carried out. */
  before?: (operation: string, kms: Kms) => void;
}

interface Kms {
  keys: Key[];
  aliases: Record<string, string>;
  changes: string[];
}

const alias = "moorage/state";

/** KMS, with its own rules on states and on names. */
async function open({ keys = [], aliases = {}, lateLooks = 0, before }: Scene) {
  const kms: Kms = { keys: [...keys], aliases: { ...aliases }, changes: [] };
  const late = new Map<string, number>();
  const shown = (name: string) => {
    const looks = late.get(name) ?? 0;
    if (looks > 0) late.set(name, looks - 1);
    return looks === 0;
  };
  const keyOf = (id: string): Key => {
    const target = id.startsWith("alias/") && shown(id) ? kms.aliases[id] : id;
    const found = kms.keys.find((key) => key.id === target);
    if (found === undefined) throw new AwsError("NotFoundException", `Key '${id}' does not exist`);
    return found;
  };
  const usable = (id: string): Key => {
    const key = keyOf(id);
    if (key.state === "PendingDeletion")
      throw new AwsError("KMSInvalidStateException", `${id} is pending deletion.`);
    return key;
  };
  const metadata = ({ id, state, day }: Key) => ({
    KeyId: id,
    Arn: `arn:aws:kms:us-east-1:111111111111:key/${id}`,
    KeyState: state,
    Enabled: state === "Enabled",
    CreationDate: new Date(Date.UTC(2026, 0, day)),
  });
  const operations: Operations = {
    DescribeKey: ({ KeyId }: { KeyId: string }) => ({ KeyMetadata: metadata(keyOf(KeyId)) }),
    ListKeys: () => ({ Keys: kms.keys.map(({ id }) => ({ KeyId: id })), Truncated: false }),
    ListResourceTags: ({ KeyId }: { KeyId: string }) => ({
      Tags: keyOf(KeyId).tag === undefined ? [] : [{ TagKey: "moorage:alias", TagValue: keyOf(KeyId).tag }],
      Truncated: false,
    }),
    ListAliases: ({ KeyId }: { KeyId: string }) => ({
      Aliases: Object.entries(kms.aliases)
        .filter(([name, id]) => id === KeyId && shown(name))
        .map(([AliasName]) => ({ AliasName })),
      Truncated: false,
    }),
    CreateKey({ Tags }: { Tags: { TagValue: string }[] }) {
      const id = `new-${kms.keys.length}`;
      const key: Key = { id, state: "Enabled", day: 20, tag: Tags[0]?.TagValue ?? "" };
      kms.keys.push(key);
      return { KeyMetadata: metadata(key) };
    },
    EnableKeyRotation: ({ KeyId }: { KeyId: string }) => void (usable(KeyId).rotates = true),
    CreateAlias({ AliasName, TargetKeyId }: { AliasName: string; TargetKeyId: string }) {
      if (AliasName in kms.aliases) throw new AwsError("AlreadyExistsException", `${AliasName} exists`);
      kms.aliases[AliasName] = usable(TargetKeyId).id;
      late.set(AliasName, lateLooks);
    },
    ScheduleKeyDeletion({ KeyId }: { KeyId: string }) {
      usable(KeyId).state = "PendingDeletion";
      return {};
    },
  };
  const told = Object.entries(operations).map(([name, run]) => [
    name,
    (input: never) => {
      before?.(name, kms);
      if (!/^(Describe|List)/.test(name)) kms.changes.push(name);
      return run(input);
    },
  ]);
  const aws = await played({ kms: Object.fromEntries(told) as Operations });
  const client = await aws.kms();
  const ensure = () => ensureStateKey(client, alias, { pauseMs: 1 });
  return { kms, ensure };
}

const named = { [`alias/${alias}`]: "k1" };
const arnOf = (id: string) => `arn:aws:kms:us-east-1:111111111111:key/${id}`;

it("F42: a key that the alias names already is used as it is, whosesoever: nothing of it is changed", async () => {
  for (const tag of [undefined, "another"]) {
    const { kms, ensure } = await open({
      keys: [{ id: "k1", state: "Enabled", day: 1, ...(tag !== undefined && { tag }) }],
      aliases: named,
    });
    expect(await ensure()).toEqual({ arn: arnOf("k1"), made: false });
    expect(kms.changes).toEqual([]);
  }
});

it.each(["Disabled", "PendingDeletion"] as const)(
  "a key that is %s is told, and none is made beside it",
  async (state) => {
    const { kms, ensure } = await open({ keys: [{ id: "k1", state, day: 1 }], aliases: named });
    await expect(ensure()).rejects.toMatchObject({
      code: "key-unusable",
      message: expect.stringContaining(state) as string,
    });
    expect(kms.changes).toEqual([]);
  },
);

it("the first run makes one, named and rotated, and the second nothing", async () => {
  const { kms, ensure } = await open({});
  expect(await ensure()).toEqual({ arn: arnOf("new-0"), made: true });
  expect(kms.keys).toMatchObject([{ rotates: true, tag: alias }]);
  const before = kms.changes.length;
  expect(await ensure()).toEqual({ arn: arnOf("new-0"), made: false });
  expect(kms.changes).toHaveLength(before);
});

it("F41: a key that a killed run made, or whose alias was deleted, gets its name; of two the one that is older", async () => {
  const { kms, ensure } = await open({
    keys: [
      { id: "a-young", state: "Enabled", day: 9, tag: alias },
      { id: "b-old", state: "Enabled", day: 2, tag: alias },
      { id: "c-off", state: "Disabled", day: 1, tag: alias },
      { id: "d-going", state: "PendingDeletion", day: 1, tag: alias },
      { id: "e-another", state: "Enabled", day: 1, tag: "moorage/another" },
      { id: "f-untagged", state: "Enabled", day: 1 },
    ],
  });
  expect(await ensure()).toEqual({ arn: arnOf("b-old"), made: true });
  expect(kms.changes).toEqual(["EnableKeyRotation", "CreateAlias"]);
});

it("F42: a key of this alias's that has another name by now is left alone", async () => {
  const { kms, ensure } = await open({
    keys: [{ id: "k1", state: "Enabled", day: 1, tag: alias }],
    aliases: { "alias/of-another": "k1" },
  });
  expect(await ensure()).toEqual({ arn: arnOf("new-1"), made: true });
  expect(kms.keys[0]).toMatchObject({ id: "k1", state: "Enabled" });
});

it("what a lost answer made twice goes; the key that was named stays, however late KMS shows its alias", async () => {
  for (const lateLooks of [0, 3]) {
    let lost = true;
    const { kms, ensure } = await open({
      lateLooks,
      before(operation, { keys }) {
        if (operation !== "CreateKey" || !lost) return;
        lost = false;
        keys.push({ id: "lost", state: "Enabled", day: 19, tag: alias });
      },
    });
    expect(await ensure()).toEqual({ arn: arnOf("new-1"), made: true });
    expect(kms.keys).toMatchObject([
      { id: "lost", state: "PendingDeletion" },
      { id: "new-1", state: "Enabled" },
    ]);
  }
});

it.each(["EnableKeyRotation", "CreateAlias"])(
  "F14: another run that is ahead at %s has named its key and discarded ours: both use the same one",
  async (moment) => {
    const { kms, ensure } = await open({
      lateLooks: 2,
      before(operation, scene) {
        if (operation !== moment || `alias/${alias}` in scene.aliases) return;
        for (const key of scene.keys) key.state = "PendingDeletion";
        scene.keys.push({ id: "theirs", state: "Enabled", day: 20, tag: alias });
        scene.aliases[`alias/${alias}`] = "theirs";
      },
    });
    expect(await ensure()).toEqual({ arn: arnOf("theirs"), made: false });
    expect(kms.keys.filter(({ state }) => state === "Enabled").map(({ id }) => id)).toEqual(["theirs"]);
  },
);

it("F14: of many at once all get the one key that stays", async () => {
  const { kms, ensure } = await open({ lateLooks: 1 });
  const results = await Promise.all(Array.from({ length: 5 }, ensure));
  const arns = new Set(results.map(({ arn }) => arn));
  expect(arns.size).toBe(1);
  expect(results.filter(({ made }) => made)).toHaveLength(1);
  const enabled = kms.keys.filter(({ state }) => state === "Enabled").map(({ id }) => arnOf(id));
  expect(enabled).toEqual([...arns]);
});
