import { expect, it } from "vitest";
import { checkVolumes, mountsOf } from "../../../src/services/ecs/volumes.js";

const efs = { fileSystemId: "fs-0123456789", transitEncryption: "ENABLED" as const };
const point = { accessPointId: "fsap-0123456789" };

it.each([
  [{ fileSystemId: "data" }, /Invalid file system id 'data'/],
  [{ fileSystemId: "fs-0123456789", authorizationConfig: point }, /need transit encryption/],
  [{ ...efs, authorizationConfig: point, rootDirectory: "/x" }, /root directory must be '\/'/],
])("EFS refuses %j", (efsVolumeConfiguration, message) => {
  expect(() =>
    checkVolumes({
      family: "f",
      containerDefinitions: [],
      volumes: [{ name: "a", efsVolumeConfiguration }],
    } as never),
  ).toThrow(message);
});

it("a mount point names a volume that is there, each path once; Fargate has no host paths", () => {
  const mount = (sourceVolume: string) => ({ sourceVolume, containerPath: "/a" });
  const check = (volumes: object[], ...mountPoints: object[]) => {
    checkVolumes({ containerDefinitions: [{ name: "web", mountPoints }], volumes });
  };
  check([{ name: "a" }], mount("a"));
  expect(() => check([{ name: "a" }], mount("b"))).toThrow(/Unknown volume 'b'/);
  expect(() => check([{ name: "a" }], mount("a"), mount("a"))).toThrow(/two mount points at one path/);
  expect(() => check([{ name: "a", host: { sourcePath: "/etc" } }])).toThrow(/does not support host paths/);
  expect(() => check([{ name: "a" }, { name: "a" }])).toThrow(/unique/);
});

it("a file system is one folder; an access point is one in it that all may write to", () => {
  const mountPoints = [
    { sourceVolume: "a", containerPath: "/a" },
    { sourceVolume: "b", containerPath: "/b", readOnly: true },
    { sourceVolume: "c", containerPath: "/c" },
  ];
  const volumes = [
    { name: "a", efsVolumeConfiguration: efs },
    { name: "b", efsVolumeConfiguration: { ...efs, authorizationConfig: point } },
    { name: "c" },
  ];
  expect(mountsOf({ mountPoints }, volumes)).toEqual([
    {
      volume: "a",
      path: "/a",
      readOnly: false,
      fileSystem: { id: efs.fileSystemId, folder: "/", isOpen: false },
    },
    {
      ...{ volume: "b", path: "/b", readOnly: true },
      fileSystem: { id: efs.fileSystemId, folder: point.accessPointId, isOpen: true },
    },
    { volume: "c", path: "/c", readOnly: false },
  ]);
});
