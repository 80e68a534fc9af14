import { z } from "zod";
import type { PolicyStatement } from "./policy-statements.js";
import { type Report, rule } from "./rule.js";
import { didYouMean } from "./suggest.js";
import { flag, shortName, strict, textMatching } from "./values.js";

const folder = textMatching(
  /^(?=.{2,255}$)(\/(?!\.{1,2}(\/|$))[^\s:/]+)+$/,
  "an absolute path such as /var/data, without . and .. in it and a slash at its end",
);

/** Source: EFSVolumeConfiguration, EFSAuthorizationConfig. */
const fileSystem = strict({
  id: textMatching(/^fs-[0-9a-f]{8,40}$/, "a file system's id: fs-..."),
  accessPoint: textMatching(/^fsap-[0-9a-f]{8,40}$/, "an access point's id: fsap-...").optional(),
  /** Of the file system; its root by default. */
  rootDirectory: z.literal("/").or(folder).optional(),
  /** Whether the task's role says what it may do there. */
  iam: flag.default(false),
  /** Between task and file system. */
  encrypted: flag.default(true),
});

/** Where a container sees a volume. */
const mount = z.union([folder, strict({ path: folder, readOnly: flag.default(false) })], {
  error: "must be an absolute path such as /var/data, or { path, readOnly }",
});

/** Files of a task that outlive its containers, or, on EFS, the task itself. */
const volume = strict({
  /** Where the app's own container sees it. */
  path: folder.optional(),
  readOnly: flag.default(false),
  /** A file system that exists; without it, space of the task's own disk. */
  efs: fileSystem.optional(),
});

export const volumes = z.record(shortName, volume, { error: "must map names to { path, efs }" });

/** By volume. */
export const mounts = z
  .record(shortName, mount, { error: "must map volumes to paths" })
  .transform((given) =>
    Object.fromEntries(
      Object.entries(given).map(([name, one]) => [
        name,
        typeof one === "string" ? { path: one, readOnly: false } : one,
      ]),
    ),
  );

export type Volume = z.infer<typeof volume>;
export type Mounts = z.infer<typeof mounts>;

/** What a service's containers see of its volumes. */
interface Mounting {
  volumes: Record<string, Volume>;
  sidecars: Record<string, { mounts: Mounts }>;
}

interface ReadOnlyMounting extends Mounting {
  readOnly: boolean;
  sidecars: Record<string, { mounts: Mounts; readOnly: boolean }>;
}

const mounting = z.object({
  readOnly: z.boolean(),
  volumes: z.record(z.string(), z.custom<Volume>()),
  sidecars: z.record(z.string(), z.object({ mounts: z.custom<Mounts>(), readOnly: z.boolean() })),
});

/** What volumes and mounts must agree on. */
export const volumeRules = [rule(mounting.shape, checkVolumes)];

function checkVolumes({ readOnly, volumes: all, sidecars }: ReadOnlyMounting, report: Report): void {
  const seen = Object.entries(sidecars).flatMap(([name, one]) => {
    const path = ["sidecars", name, "mounts"];
    for (const unknown of Object.keys(one.mounts).filter((key) => !Object.hasOwn(all, key)))
      report([...path, unknown], `is not a volume (${didYouMean(unknown, Object.keys(all))})`);
    checkPaths(path, one.mounts, one.readOnly, report);
    return Object.keys(one.mounts);
  });
  checkPaths(["volumes"], appMounts(all), readOnly, report);
  for (const [name, { path, efs }] of Object.entries(all)) {
    if (path === undefined && !seen.includes(name))
      report(["volumes", name, "path"], "is missing: no container sees the volume");
    if (efs === undefined) continue;
    const at = ["volumes", name, "efs"];
    if (efs.accessPoint !== undefined && efs.rootDirectory !== undefined)
      report([...at, "rootDirectory"], "is the access point's: leave one of the two out", efs.rootDirectory);
    if (!efs.encrypted && (efs.iam || efs.accessPoint !== undefined))
      report(
        [...at, "encrypted"],
        "must not be false with `iam` or `accessPoint`: EFS takes them only encrypted",
      );
  }
}

/** Where the root can only be read, /tmp is a file system of its own. */
function checkPaths(path: string[], mounts: Mounts, readOnly: boolean, report: Report): void {
  const mounted = Object.entries(mounts);
  mounted.forEach(([name, one], index) => {
    const earlier = mounted.slice(0, index).find(([, other]) => other.path === one.path);
    if (earlier !== undefined) report([...path, name], `has the path of ${earlier[0]} too`, one.path);
    if (readOnly && one.path === "/tmp")
      report([...path, name], "is where `readOnly` has a folder of its own: choose another path", one.path);
  });
}

/** What the app's own container sees. */
export function appMounts(all: Record<string, Volume>): Mounts {
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, { path, readOnly }]) =>
      path === undefined ? [] : [[name, { path, readOnly }]],
    ),
  );
}

/**
 * What the task's role must allow for volumes that ask IAM: to mount, and to write unless no container may. Source: EFS, "Using IAM
 * to control access to file systems".
 */
export function volumeStatements(
  { volumes: all, sidecars }: Mounting,
  { partition, region, account }: { partition: string; region: string; account: string },
): PolicyStatement[] {
  const arn = (kind: string, id: string) =>
    `arn:${partition}:elasticfilesystem:${region}:${account}:${kind}/${id}`;
  return Object.entries(all).flatMap(([name, one]): PolicyStatement[] => {
    if (one.efs?.iam !== true) return [];
    const { id, accessPoint } = one.efs;
    const views = Object.values(sidecars).flatMap((sidecar) => sidecar.mounts[name] ?? []);
    const writes = (one.path !== undefined && !one.readOnly) || views.some(({ readOnly }) => !readOnly);
    return [
      {
        actions: ["elasticfilesystem:ClientMount", ...(writes ? ["elasticfilesystem:ClientWrite"] : [])],
        resources: [arn("file-system", id)],
        ...(accessPoint !== undefined && {
          conditions: {
            StringEquals: { "elasticfilesystem:AccessPointArn": arn("access-point", accessPoint) },
          },
        }),
      },
    ];
  });
}

/** A preview's file systems are folders of its own tasks: its pull request could name anybody's. */
export function withoutFileSystems(all: Record<string, Volume>): Record<string, Volume> {
  return Object.fromEntries(Object.entries(all).map(([name, one]) => [name, { ...one, efs: undefined }]));
}
