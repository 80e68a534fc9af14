import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { macos } from "../../../../packages/local-aws/src/platform/macos.js";
import { runProgram } from "../../../../packages/local-aws/src/platform/run-program.js";
import {
  type Machine,
  machineOf,
  type Room,
  thisMachine,
} from "../../../../src/adapters/record/owner/machine.js";
import { machineId } from "../../../../src/adapters/record/owner/machine-id.js";
import { judgeMark, markProcess } from "../../../../src/adapters/record/owner/mark.js";
import { judgeProcess, noteProcess } from "../../../../src/adapters/record/owner/process.js";
import { temporaryFolder } from "../../../harness/folder.js";

const room: Room = { machine: "m-1", boot: "b-1", pidNamespace: "pid:[1]" };

/** A machine with these processes: start times by pid, undefined where it does not tell. */
const machine = (processes: Record<number, string | undefined>, where: Room | null = room): Machine => ({
  room: () => where ?? undefined,
  look: (pid) => (pid in processes ? { start: processes[pid], name: "node" } : undefined),
});

async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ["-e", "0"]);
  await once(child, "exit");
  return child.pid ?? 0;
}

it("F39: what is asked about processes is killed at its bound, also when it ignores SIGTERM", () => {
  expect(runProgram("sh", ["-c", "trap '' TERM; exec sleep 60"], 500)).toBeUndefined();
  expect(runProgram("sh", ["-c", "echo there"])).toBe("there");
}, 30_000);

describe("F37, correctness 4: a process that was noted", () => {
  const noted = noteProcess(7, machine({ 7: "100" }));

  it.each([
    ["lives with its pid and start", machine({ 7: "100" }), "lives"],
    ["is gone where its pid is nobody's", machine({}), "gone"],
    ["is gone where its pid is another's", machine({ 7: "200" }), "gone"],
    ["is not told where the start is not", machine({ 7: undefined }), "unknown"],
    [
      "is not told from another machine, whatever runs there",
      machine({}, { ...room, machine: "m-2" }),
      "unknown",
    ],
    ["is not told after a restart", machine({}, { ...room, boot: "b-2" }), "unknown"],
    ["is not told from another container", machine({}, { ...room, pidNamespace: "pid:[2]" }), "unknown"],
    ["is not told where the system tells nothing", machine({}, null), "unknown"],
  ] as const)("%s", (_title, here, is) => {
    expect(judgeProcess(noted, here).is).toBe(is);
    expect(judgeMark(`${markProcess(7, machine({ 7: "100" }))}-abc`, here).is).toBe(is);
  });

  it.each(["machine", "boot", "pidNamespace", "start"] as const)("is not told without its %s", (part) => {
    const { [part]: _left, ...rest } = noted;
    expect(judgeProcess(rest, machine({})).is).toBe("unknown");
  });
});

describe("F37: this machine", () => {
  it("knows this process, whatever the time zone, and an ended one for gone", async () => {
    const noted = noteProcess(process.pid);
    const zone = process.env["TZ"];
    try {
      for (const name of ["CET-1CEST", "<+03>-3", "America/New_York"]) {
        process.env["TZ"] = name;
        expect(judgeProcess(noted).is).toBe("lives");
      }
    } finally {
      if (zone === undefined) delete process.env["TZ"];
      else process.env["TZ"] = zone;
    }
    expect(judgeProcess({ ...noted, start: "1" }).is).toBe("gone");
    expect(judgeProcess({ ...noted, pid: await deadPid() }).is).toBe("gone");
  });

  it.runIf(process.platform === "linux")("counts from the boot, not by a clock", () => {
    const { start, boot } = noteProcess(process.pid);
    expect(start).toBe(
      readFileSync("/proc/self/stat", "utf8")
        .replace(/^.*\) /s, "")
        .split(" ")[19],
    );
    expect(boot).toBe(readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
  });

  it("knows a process of another user by its start", () => {
    const first = thisMachine().look(1);
    expect(first?.start).toEqual(expect.any(String));
    expect(judgeProcess({ ...noteProcess(1), start: "another" }).is).toBe("gone");
  });
});

describe("F37: macOS, played", () => {
  const says: Record<string, string> = {
    "sysctl -n kern.bootsessionuuid": "7D4B1A52-9E1C-4B1E-8C0B-0F6B7C5A1D11",
    "ps -o state= -o lstart= -o comm= -p 501": "S    Sat Oct 31 02:30:07 2026     /usr/local/bin/node",
    "ps -o state= -o lstart= -o comm= -p 502": "Z    Sat Oct 31 02:30:07 2026     (node)",
    "ps -o state= -o lstart= -o comm= -p 503": "Ss   Sun Nov  1 09:01:02 2026     /opt/homebrew/bin/pulumi",
  };
  const mac = (changes: Record<string, string | undefined> = {}) => {
    const run = (command: string, args: readonly string[]) =>
      ({ ...says, ...changes })[[command, ...args].join(" ")];
    const system = macos({ run, start: async (...asked) => run(...asked) }, (pid) => pid !== 599);
    return machineOf(system, () => "m-1");
  };

  it("tells start and program of a process", () => {
    expect(mac().look(501)).toEqual({ start: "Sat Oct 31 02:30:07 2026", name: "node" });
    expect(mac().look(503)).toEqual({ start: "Sun Nov 1 09:01:02 2026", name: "pulumi" });
    expect(mac().look(502)).toBeUndefined();
    expect(mac().look(599)).toBeUndefined();
  });

  it("keeps a living owner, and gives up one whose pid is another's or nobody's", () => {
    const noted = noteProcess(501, mac());
    expect(judgeProcess(noted, mac()).is).toBe("lives");
    const reused = mac({ "ps -o state= -o lstart= -o comm= -p 501": "S Sat Oct 31 03:30:07 2026 /bin/zsh" });
    expect(judgeProcess(noted, reused).is).toBe("gone");
    expect(judgeProcess({ ...noted, pid: 599 }, mac()).is).toBe("gone");
  });

  it("says that it cannot tell after a restart, and where ps or sysctl say nothing", () => {
    const noted = noteProcess(501, mac());
    const bootsession = "sysctl -n kern.bootsessionuuid";
    expect(judgeProcess(noted, mac({ [bootsession]: "another" })).is).toBe("unknown");
    expect(judgeProcess(noted, mac({ [bootsession]: undefined })).is).toBe("unknown");
    expect(judgeProcess(noted, mac({ "ps -o state= -o lstart= -o comm= -p 501": undefined })).is).toBe(
      "unknown",
    );
  });

  it("goes by the boot's time where its session has no id", () => {
    const old = {
      "sysctl -n kern.bootsessionuuid": undefined,
      "sysctl -n kern.boottime": "{ sec = 1790000000 }",
    };
    expect(judgeProcess(noteProcess(501, mac(old)), mac(old)).is).toBe("lives");
  });
});

describe("a machine's id", () => {
  it("is its own, else a random one that is kept", () => {
    const cache = temporaryFolder();
    const none = { machineId: () => undefined };
    const made = machineId(none, cache);
    expect(made).toMatch(/^[0-9a-f-]{36}$/);
    expect(machineId(none, cache)).toBe(made);
    expect(machineId({ machineId: () => made }, join(cache, "elsewhere"))).toBe(made);
    expect(machineId({ machineId: () => "none" }, cache)).toBe(made);
    expect(machineId(none, join(cache, "machine-id", "below"))).toBeUndefined();
  });
});
