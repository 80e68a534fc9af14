import { expect, it } from "vitest";
import { service } from "../../src/core/project/service-schema.js";
import { oneService, run } from "./program.js";

const efs = { id: "fs-0123456789abcdef0", accessPoint: "fsap-0123456789abcdef0", iam: true };
const volumes = { data: { path: "/var/data", efs }, shared: { path: "/shared", readOnly: true } };
const web = { repository: "hello", port: 8080, volumes };
const sidecars = {
  agent: { image: "agent:1", mounts: { shared: "/in", data: { path: "/d", readOnly: true } } },
};

const stack = (name: string) =>
  run({ stack: name, config: oneService({ "moorage:services": { web: { ...web, sidecars } } }) });

it("volumes are the task's, and mounted where each container says", async () => {
  const { find } = await stack("dev");
  const definition = find("aws:ecs/taskDefinition:TaskDefinition");
  expect(definition["volumes"]).toEqual([
    {
      name: "data",
      efsVolumeConfiguration: {
        fileSystemId: efs.id,
        rootDirectory: "/",
        transitEncryption: "ENABLED",
        authorizationConfig: { accessPointId: efs.accessPoint, iam: "ENABLED" },
      },
    },
    { name: "shared" },
  ]);
  const containers = JSON.parse(definition["containerDefinitions"] as string) as { mountPoints: object[] }[];
  expect(containers.map(({ mountPoints }) => mountPoints)).toEqual([
    [
      { containerPath: "/var/data", readOnly: false, sourceVolume: "data" },
      { containerPath: "/shared", readOnly: true, sourceVolume: "shared" },
    ],
    [
      { containerPath: "/d", readOnly: true, sourceVolume: "data" },
      { containerPath: "/in", readOnly: false, sourceVolume: "shared" },
    ],
  ]);
  const policy = JSON.parse(
    find("aws:iam/rolePolicy:RolePolicy", "web-volumes")["policy"] as string,
  ) as object;
  const arn = (kind: string, id: string) => `arn:aws:elasticfilesystem:us-east-1:111111111111:${kind}/${id}`;
  expect(policy).toMatchObject({
    Statement: [
      {
        Effect: "Allow",
        Action: ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
        Resource: [arn("file-system", efs.id)],
        Condition: {
          StringEquals: { "elasticfilesystem:AccessPointArn": arn("access-point", efs.accessPoint) },
        },
      },
    ],
  });
});

it("a preview has folders of its own tasks in place of file systems", async () => {
  const { find } = await stack("pr-7");
  expect(find("aws:ecs/taskDefinition:TaskDefinition")["volumes"]).toEqual([
    { name: "data" },
    { name: "shared" },
  ]);
});

it.each([
  [{ data: { efs } }, /volumes\.data\.path|no container sees the volume/],
  [{ data: { path: "data", efs } }, /absolute path/],
  [{ data: { path: "/a", efs: { id: "efs-1" } } }, /fs-\.\.\./],
  [{ data: { path: "/a", efs: { ...efs, rootDirectory: "/x" } } }, /is the access point's/],
  [{ data: { path: "/a", efs: { id: efs.id, iam: true, encrypted: false } } }, /only encrypted/],
  [{ a: { path: "/a" }, b: { path: "/a" } }, /has the path of a too/],
  [{ a: { path: "/a/" } }, /absolute path .*a slash at its end/],
  [{ a: { path: "/a/../b" } }, /absolute path .*without \. and \.\./],
  [{ a: { path: "/tmp" } }, /is where `readOnly` has a folder of its own/],
])("volumes %j are a mistake that is told", (wrong, message) => {
  expect(() => service.parse({ ...web, readOnly: true, volumes: wrong })).toThrow(message);
});

it("a sidecar mounts volumes that are there", () => {
  expect(() => service.parse({ ...web, sidecars: { agent: { image: "a", mounts: { dat: "/d" } } } })).toThrow(
    /is not a volume \(.*data/,
  );
});

it("names that every object has are no volumes", () => {
  const sidecars = { agent: { image: "a", mounts: { constructor: "/d" } } };
  expect(() => service.parse({ ...web, sidecars })).toThrow(/is not a volume/);
});

it("the root of a file system, which is the default, may be written", () => {
  const volumes = { data: { path: "/tmp", efs: { id: efs.id, rootDirectory: "/" } } };
  expect(service.parse({ ...web, volumes }).volumes).toMatchObject(volumes);
});
