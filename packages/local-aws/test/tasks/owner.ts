/**
 * A process that owns tasks, for the keeper's test: runs `argv[3]` copies of a server in the folder `argv[2]` and prints their ports; with
 * `argv[4]` they know a name at that port, and where it is is printed first.
 */
import { join } from "node:path";
import { createMesh } from "../../src/connect/mesh.js";
import { ownHostsFinder } from "../../src/platform/index.js";
import { createTaskRunner } from "../../src/tasks/runner.js";

const [, , folder = "", copies = "1", named] = process.argv;
const image = {
  rootfs: join(folder, "rootfs"),
  config: { Cmd: ["node", "/main.cjs"] },
  platform: "linux/amd64",
  digest: "sha256:app",
  needsContainer: false,
  files: { config: "", layers: [] },
};
const runner = createTaskRunner({
  images: { unpack: async () => image },
  logs: { append: () => undefined },
  folder: join(folder, "tasks"),
  pace: { factor: 20 },
});
const names =
  named === undefined
    ? undefined
    : await createMesh({ ownHosts: ownHostsFinder() }).open([
        {
          name: "api",
          alias: { name: "api", port: Number(named) },
          protocol: "http",
          timeouts: { request: 15, idle: 300 },
          upstreams: () => ({ ports: [], blocked: false }),
        },
      ]);
for (const { address } of names?.hosts ?? []) process.stdout.write(`name ${address}\n`);
for (let index = 0; index < Number(copies); index += 1) {
  const web = {
    name: "web",
    image: "app",
    essential: true,
    environment: {},
    stopTimeout: 5,
    waitsFor: [],
    readOnly: false,
    listens: true,
  };
  const site = { account: "111111111111", region: "us-east-1" };
  runner.start(
    { id: String(index).padStart(32, "0"), site, containers: [web], hosts: names?.hosts },
    (event) => {
      if (event.kind === "started") process.stdout.write(`port ${event.ports.web}\n`);
      if (event.kind === "running") process.stdout.write("running\n");
    },
  );
}
