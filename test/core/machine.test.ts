import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { asMoorageError } from "../../src/core/errors.js";
import { spareLoopback } from "../../src/cli/proxy.js";
import { temporaryFolder } from "../harness/folder.js";

function failureOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error("it did not fail");
}

it("bug 19: what the machine itself refuses names the place, and is no defect", () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "file"), "");
  mkdirSync(join(folder, "folder"));
  symlinkSync("loop", join(folder, "loop"));
  chmodSync(join(folder, "file"), 0);
  for (const [code, path] of [
    ["ENOTDIR", join(folder, "file", "below")],
    ["ENAMETOOLONG", join(folder, "x".repeat(300))],
    ["EISDIR", join(folder, "folder")],
    ["ELOOP", join(folder, "loop")],
    ["ENOENT", join(folder, "nowhere")],
  ] as const) {
    const error = asMoorageError(failureOf(() => readFileSync(path)));
    expect(error).toMatchObject({ code: "machine", fault: "platform", exitCode: 1 });
    expect(error.message).toContain(code);
    expect(error.hint).not.toContain("defect");
    if (code !== "EISDIR") expect(error.message).toContain(path);
  }
});

it.each(["ENOSPC", "EDQUOT", "EROFS", "EMFILE", "ENFILE", "EACCES", "EIO", "ENOMEM"])(
  "bug 19: %s without a path names the folders that are written to",
  (code) => {
    const error = Object.assign(new Error(`${code}: said`), { code, syscall: "write" });
    const wrapped = new Error("store", { cause: error });
    for (const each of [error, wrapped]) {
      expect(asMoorageError(each)).toMatchObject({
        code: "machine",
        message: expect.stringContaining(tmpdir()) as string,
      });
    }
  },
);

it("bug 19: an error of our own stays a defect", () => {
  expect(asMoorageError(new TypeError("x")).hint).toContain("bug in Moorage");
  expect(asMoorageError(Object.assign(new Error("x"), { code: "ENOSPC" })).code).toBe("unexpected");
});

it("bug 6: no proxy of the environment is for loopback", () => {
  const env: NodeJS.ProcessEnv = { http_proxy: "http://proxy:3128", NO_PROXY: ".internal" };
  spareLoopback(env);
  const all = ".internal,localhost,127.0.0.1,::1";
  expect(env).toEqual({ http_proxy: "http://proxy:3128", NO_PROXY: all, no_proxy: all, no_grpc_proxy: all });
  const none = { PATH: "p", https_proxy: "" };
  spareLoopback(none);
  expect(none).toEqual({ PATH: "p", https_proxy: "" });
});
