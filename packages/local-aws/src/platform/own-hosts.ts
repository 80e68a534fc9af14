import { existsSync, readFileSync, rmSync, writeFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { confine } from "./confinement.js";
import { ownPrograms } from "./run-program.js";
import { thisSystem } from "./this-system.js";

const machineFile = "/etc/hosts";

/** Whether processes here can have a hosts file of their own, and why not. */
export interface OwnHosts {
  works: boolean;
  why: string;
}

/** Looked for once: a mount namespace of its own, and below root a user namespace in which that may be made. */
export function ownHostsFinder(): () => Promise<OwnHosts> {
  let found: Promise<OwnHosts> | undefined;
  return () => (found ??= find());
}

async function find(): Promise<OwnHosts> {
  if (!thisSystem().hasMountNamespaces)
    return { works: false, why: "only Linux gives a process a hosts file of its own" };
  const folder = mkdtempSync(join(tmpdir(), "moorage-hosts-"));
  try {
    const file = join(folder, "hosts");
    writeFileSync(file, "127.64.0.1 moorage-own-hosts\n");
    const look = { file: "grep", args: ["-q", "moorage-own-hosts", machineFile], cwd: "/" };
    const { file: command, args } = confine({
      hosts: file,
      image: folder,
      readOnly: false,
      writable: [],
      reach: [],
      ...look,
    });
    const works = (await ownPrograms.start(command, args)) !== undefined;
    return {
      works,
      why: works ? "" : "this machine lets processes make no mount namespace (unshare, mount)",
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The machine's own hosts, with a task's names before them: the first that a resolver finds counts. */
export function hostsFile(names: readonly { address: string; name: string }[]): string {
  const own = names.map(({ address, name }) => `${address} ${name}\n`).join("");
  return own + (existsSync(machineFile) ? readFileSync(machineFile, "utf8") : "127.0.0.1 localhost\n");
}
