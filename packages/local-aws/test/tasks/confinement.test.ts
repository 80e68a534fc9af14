import { expect, it } from "vitest";
import { confine } from "../../src/platform/index.js";
import { inNamespace } from "../../src/platform/confinement.js";
import { type Machine, parseMounts, planMounts } from "../../src/platform/mounts.js";
import { resolveUser } from "../../src/tasks/image-user.js";
import { judgeConfinement } from "../../src/tasks/judge-confinement.js";
import { workbench } from "./tasks-harness.js";

const files = {
  passwd: "root:x:0:0::/root:/bin/sh\nnode:x:1000:1001::/home/node:/bin/sh\n",
  group: "www:x:33:\n",
};
const none = { passwd: "", group: "" };
const able = { readOnly: "", user: "" };
const unable = { readOnly: "no namespaces", user: "not root" };

it.each([
  ["1000:1000", { uid: 1000, gid: 1000 }],
  ["1000", { uid: 1000, gid: 1001 }],
  ["4000", { uid: 4000, gid: 0 }],
  ["node", { uid: 1000, gid: 1001 }],
  ["node:www", { uid: 1000, gid: 33 }],
  ["nobody", undefined],
])("the user %s is whom the image knows as such", (text, user) => {
  expect(resolveUser(text, files)).toEqual(user);
});

it("a container is denied what this machine can deny it, and what it cannot is said", () => {
  const volumes = [{ source: "/v", path: "/data", readOnly: false }];
  const asked = { user: "node", readOnly: true, volumes };
  expect(judgeConfinement(asked, able, files)).toEqual({
    user: { uid: 1000, gid: 1001 },
    readOnly: true,
    volumes,
    unplayed: [],
  });
  const { user, readOnly, unplayed } = judgeConfinement(asked, unable, files);
  expect([user, readOnly]).toEqual([undefined, false]);
  expect(unplayed).toEqual([
    "runs as this machine's user, not as node: not root",
    "does not see its volume at /data: no namespaces",
    "may write to its root file system: no namespaces",
  ]);
  expect(judgeConfinement(asked, able, none).unplayed.join()).toMatch(/does not know that user/);
  expect(judgeConfinement({ user: undefined, readOnly: false, volumes: [] }, unable, none).unplayed).toEqual(
    [],
  );
});

const machine: Machine = {
  mounts: parseMounts(
    [
      "22 27 0:21 / /proc rw,relatime - proc proc rw",
      "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw",
      "28 27 0:25 / /srv/my\\040files rw,nosuid - ext4 /dev/vdb rw",
      "29 27 0:25 / /opt ro,nodev - ext4 /dev/vdc ro",
    ].join("\n"),
  ),
  look: (path) =>
    path.startsWith("/data") ? undefined : { mode: path === "/root" ? 0o700 : 0o755, uid: 0, gid: 0 },
  list: (folder) =>
    folder !== "/"
      ? []
      : [
          { name: "bin", kind: "link", target: "usr/bin" },
          { name: "usr", kind: "folder" },
          { name: "srv", kind: "folder" },
        ],
};
const image = "/root/app/.moorage/image";
const scratch = "/root/app/.moorage/scratch";

it("a read-only root leaves the task's own folder and /tmp writable, and nothing else", () => {
  const wish = { image, writable: [scratch], readOnly: true, reach: [] };
  expect(planMounts(wish, machine).steps).toEqual([
    ...[scratch, "/tmp", image].map((path) => ["bind", path, path]),
    ["seal", "ro,relatime", "/"],
    ["try-seal", "ro,nosuid", "/srv/my files"],
    ["seal", "ro,relatime", image],
  ]);
});

it("another user gets at the image below a folder that is closed to it, and at nothing else there", () => {
  const user = { uid: 1000, gid: 1000 };
  const wish = { image, writable: [], readOnly: false, reach: [image, scratch, `${image}/usr`], user };
  expect(planMounts(wish, machine).steps).toEqual([
    ["cover", "/mnt"],
    ...[image, scratch].flatMap((path, at) => [
      ["folder", `/mnt/${String(at)}`],
      ["bind", path, `/mnt/${String(at)}`],
    ]),
    ["cover", "/root"],
    ...[image, scratch].flatMap((path, at) => [
      ["folder", path],
      ["move", `/mnt/${String(at)}`, path],
    ]),
    ["uncover", "/mnt"],
  ]);
});

it("whoever is not root is root for the mounts alone", () => {
  const wish = { image, writable: [], readOnly: false, reach: [], file: "node", args: ["a"], cwd: "/b" };
  const { file, args } = inNamespace(wish, { steps: [["cover", "/c"]] }, [501, 20]);
  expect(file).toBe("unshare");
  expect(args.slice(0, 3)).toEqual(["--user", "--map-root-user", "--mount"]);
  expect(args.slice(-9)).toEqual([
    ...["cover", "/c", "--", "/b"].slice(-2),
    ...["unshare", "--user", "--map-user=501", "--map-group=20", "--", "node", "a"],
  ]);
  expect(confine(wish).args.at(-1)).toBe("a");
});

it("where the machine can deny nothing, the container runs all the same, and it is said", async () => {
  const script = `require("node:fs").writeFileSync("written", ""); setInterval(() => {}, 1000);`;
  const { run, runner } = workbench({ app: script }, { playable: async () => unable });
  const task = run("app", { user: "1000:1000", readOnly: true, listens: false });
  await task.on("running");
  expect(runner.unplayed()).toEqual([
    "web runs as this machine's user, not as 1000:1000: not root",
    "web may write to its root file system: no namespaces",
  ]);
});

it("a volume is in the image and at its own path, for which the process gets a root of its own where there is no such folder", () => {
  const volumes = [
    { source: "/efs", path: "/usr", readOnly: true },
    { source: "/v", path: "/data/files", readOnly: false },
  ];
  const wish = { image, writable: [], readOnly: false, reach: [], volumes };
  const sealed = (at: string) => [
    ["bind", "/efs", at],
    ["seal", "ro,relatime", at],
  ];
  expect(planMounts(wish, machine).steps).toEqual([
    ...sealed(`${image}/usr`),
    ["bind", "/v", `${image}/data/files`],
    ...sealed("/usr"),
    ["cover", "/srv"],
    ["link", "usr/bin", "/srv/bin"],
    ["folder", "/srv/usr"],
    ["bind", "/usr", "/srv/usr"],
    ["folder", "/srv/srv"],
    ["folder", "/srv/data/files"],
    ["bind", "/v", "/srv/data/files"],
    ["root", "/srv"],
  ]);
});
