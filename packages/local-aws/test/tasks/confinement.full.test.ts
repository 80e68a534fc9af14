import { chmodSync } from "node:fs";
import { expect, it } from "vitest";
import { playableFinder } from "../../src/platform/index.js";
import { workbench } from "./tasks-harness.js";

/** Says who it is and what it may write, one line each, then waits. */
const script = `
const { writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const attempt = (name, path) => {
  try { writeFileSync(path, ""); console.log(name + " written"); } catch (error) { console.log(name + " " + error.code); }
};
console.log("user " + process.getuid() + ":" + process.getgid());
attempt("image", "/app/x".replace("/app", __dirname));
attempt("working", "./y");
attempt("home", process.env.HOME + "/z");
attempt("tmp", tmpdir() + "/t");
attempt("root", "/moorage-root-" + process.pid);
console.log("done");
setInterval(() => {}, 1000);
`;

async function linesOf(changes: { user?: string; readOnly?: boolean }): Promise<string[]> {
  const { run, lines, folder } = workbench({ app: script });
  chmodSync(folder, 0o700);
  const log = { group: "g", prefix: "p" };
  const task = run("app", { ...changes, listens: false, log, containerPort: undefined });
  await task.on("running");
  await expect.poll(() => lines.map(({ message }) => message).join("\n")).toContain("done");
  return lines.map(({ message }) => message);
}

it("a read-only container can write to its temporary folder alone", async () => {
  const lines = await linesOf({ readOnly: true });
  expect(lines.slice(1)).toEqual([
    ...["image EROFS", "working EROFS", "home EROFS", "tmp written", "root EROFS", "done"],
  ]);
});

it("a container's user is the process's, also where the target's home is closed to others; else it is said", async () => {
  if ((await playableFinder()()).user !== "") {
    expect((await linesOf({ user: "1000:1001" }))[0]).toBe(
      `user ${process.getuid?.()}:${process.getgid?.()}`,
    );
    return;
  }
  expect(await linesOf({ user: "1000:1001" })).toEqual([
    ...["user 1000:1001", "image EACCES", "working EACCES", "home written", "tmp written"],
    ...["root EACCES", "done"],
  ]);
  expect(await linesOf({ user: "1000:1001", readOnly: true })).toEqual([
    ...["user 1000:1001", "image EROFS", "working EROFS", "home EROFS", "tmp written"],
    ...["root EROFS", "done"],
  ]);
});

const writes = (path: string) => `
const { writeFileSync, readdirSync } = require("node:fs");
try { writeFileSync("${path}/" + process.env.NAME, ""); } catch (error) { console.log(error.code); }
console.log(readdirSync("${path}").sort().join() + " done");
setInterval(() => {}, 1000);
`;

it.each(["/moorage-data/files", "/var/moorage-data"])(
  "a file system at %s is shared by tasks and stays; where it is read-only, it cannot be written",
  async (path) => {
    const { run, lines } = workbench({ app: writes(path) });
    const see = async (name: string, readOnly: boolean) => {
      lines.length = 0;
      const fileSystem = { id: "fs-0123456789", folder: "/", isOpen: false };
      const task = run("app", {
        ...{ readOnly: true, listens: false, log: { group: "g", prefix: "p" }, environment: { NAME: name } },
        mounts: [{ volume: "data", path, readOnly, fileSystem }],
      });
      await expect.poll(() => lines.map(({ message }) => message).join("\n")).toContain("done");
      task.handle.kill();
      await task.on("stopped");
      return lines.map(({ message }) => message);
    };
    expect(await see("a", false)).toEqual(["a done"]);
    expect(await see("b", true)).toEqual(["EROFS", "a done"]);
    expect(await see("c", false)).toEqual(["a,c done"]);
  },
);
