import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { linux } from "../../src/platform/linux.js";
import { exitCodeOfSignal, isAlive, signalGroup } from "../../src/platform/processes.js";
import { macos } from "../../src/platform/macos.js";
import { truePath } from "../../src/platform/paths.js";
import { isSupported, systemOf } from "../../src/platform/this-system.js";
import { temporaryFolder } from "../../../../test/harness/folder.js";

/** What a Mac's programs print, by their command lines; the forms are those of macOS 14. */
const printed: Record<string, string> = {
  "sysctl -n kern.bootsessionuuid": "7D4B1A52-9E1C-4B1E-8C0B-0F6B7C5A1D11",
  "ps -o state= -o lstart= -o comm= -p 501":
    "S    Sat Oct 31 02:30:07 2026     /Applications/My App.app/Contents/MacOS/node",
  "ps -o state= -o lstart= -o comm= -p 502": "Z    Sat Oct 31 02:30:07 2026     (node)",
  "ioreg -rd1 -c IOPlatformExpertDevice": [
    "+-o J314sAP  <class IOPlatformExpertDevice, id 0x100000261, registered, matched, active, busy 0>",
    "    {",
    '      "IOPlatformSerialNumber" = "C02XX0XXJG5H"',
    '      "IOPlatformUUID" = "6F0F8E0C-1B1A-5E2B-9A65-6B3B6C3F0F11"',
    "    }",
  ].join("\n"),
  "/usr/sbin/lsof -nP -a -iTCP@127.0.0.1:50123 -sTCP:ESTABLISHED -Fun": [
    ...["p900", `u${process.geteuid?.() ?? 0}`, "f21", "n127.0.0.1:26001->127.0.0.1:50123"],
    ...["p4711", `u${process.geteuid?.() ?? 0}`, "f12", "n127.0.0.1:50123->127.0.0.1:26001"],
  ].join("\n"),
  "/usr/sbin/lsof -nP -a -iTCP@127.0.0.1:50124 -sTCP:ESTABLISHED -Fun": [
    ...["p4712", "u7777", "f12", "n127.0.0.1:50124->127.0.0.1:26001"],
  ].join("\n"),
};

const play = (command: string, args: readonly string[]) => printed[[command, ...args].join(" ")];
const mac = (exists = (pid: number) => pid < 600) =>
  macos({ run: play, start: async (...asked) => play(...asked) }, exists);
const end = (port: number, address = "127.0.0.1") => ({ address, port });

describe("macOS, played from what its programs print", () => {
  it("names the boot, the machine and a process", () => {
    expect(mac().room()).toEqual({ boot: "7D4B1A52-9E1C-4B1E-8C0B-0F6B7C5A1D11", pidNamespace: "none" });
    expect(mac().machineId()).toBe("6F0F8E0C-1B1A-5E2B-9A65-6B3B6C3F0F11");
    expect(mac().look(501)).toEqual({ start: "Sat Oct 31 02:30:07 2026", name: "node" });
    expect(mac().look(502)).toBeUndefined();
    expect(mac().look(700)).toBeUndefined();
    expect(mac().look(503)).toEqual({ start: undefined, name: undefined });
  });

  it("F53: takes a connection of the own user's process, and no other", async () => {
    const to = end(26001);
    expect(await mac().isOwnSocket(end(50123), to)).toBe(true);
    expect(await mac().isOwnSocket(end(50124), to)).toBe(false);
    expect(await mac().isOwnSocket(end(50125), to)).toBe(false);
    // The daemon's own end of the same connection proves nothing.
    expect(await mac().isOwnSocket(end(50123), end(26002))).toBe(false);
  });

  it("publishes a container's port, which is in a virtual machine", () => {
    expect(mac().containerNetwork(20_001)).toEqual({
      options: ["--publish", "127.0.0.1:20001:20001"],
      address: "0.0.0.0",
    });
    expect(mac().containerNetwork(undefined).options).toEqual([]);
  });

  it("gives Podman's client no option of a Linux machine", () => {
    expect(mac().podman).toEqual({ globals: [], run: [] });
    expect(mac().settingsFolder("/Users/ann", { XDG_CONFIG_HOME: "/x" })).toBe(
      "/Users/ann/Library/Application Support",
    );
  });
});

describe("Linux, played from files", () => {
  it("names the boot, the machine, and no process of another namespace", () => {
    const root = temporaryFolder();
    const write = (path: string, text: string) => {
      mkdirSync(join(root, path, ".."), { recursive: true });
      writeFileSync(join(root, path), text);
    };
    write("proc/sys/kernel/random/boot_id", "b-1\n");
    write("proc/4711/stat", `4711 (a (b) c) S ${"0 ".repeat(18)}12345 0`);
    write("proc/4712/stat", `4712 (node) Z ${"0 ".repeat(18)}12345 0`);
    write("proc/self/ns/x", "");
    symlinkSync("pid:[1]", join(root, "proc/self/ns/pid"));
    write("etc/machine-id", "0123456789abcdef\n");
    const system = linux(root, () => true);
    expect(system.room()).toEqual({ boot: "b-1", pidNamespace: "pid:[1]" });
    expect(system.machineId()).toBe("0123456789abcdef");
    expect(system.look(4711)).toEqual({ start: undefined, name: undefined });
    expect(system.podman.globals).toContain("cgroupfs");
    mkdirSync(join(root, "run/systemd/system"), { recursive: true });
    expect(system.podman).toEqual({ globals: [], run: [] });
  });
});

describe("which system it is", () => {
  it.each([
    ["linux", "Linux"],
    ["darwin", "macOS"],
    ["freebsd", "macOS"],
  ] as const)("%s is asked as %s", (platform, name) => {
    expect(systemOf(platform).name).toBe(name);
    expect(isSupported(platform)).toBe(true);
  });

  it("Windows is none of them", () => {
    expect(isSupported("win32")).toBe(false);
  });
});

describe("signals", () => {
  it.each([
    ["ESRCH", "Linux, of a group that is gone"],
    ["EPERM", "macOS, of a group in which every process has ended"],
  ])("a group is gone where kill says %s (%s)", (code) => {
    const kill = () => {
      throw Object.assign(new Error(code), { code });
    };
    expect(signalGroup(4711, "SIGKILL", kill)).toBe(false);
  });

  it("tells ECS's exit codes with Linux's numbers", () => {
    expect(exitCodeOfSignal("SIGKILL")).toBe(137);
    expect(exitCodeOfSignal("SIGTERM")).toBe(143);
    expect(exitCodeOfSignal("SIGUSR1")).toBe(138);
    expect(exitCodeOfSignal("SIGBUS")).toBe(135);
  });

  it("this process lives", () => {
    expect(isAlive(process.pid)).toBe(true);
  });
});

it("a folder has one path, whatever link leads to it", () => {
  const folder = truePath(temporaryFolder());
  mkdirSync(join(folder, "home"));
  symlinkSync(join(folder, "home"), join(folder, "link"));
  expect(truePath(join(folder, "link"))).toBe(join(folder, "home"));
});
