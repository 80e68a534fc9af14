import { existsSync, mkdtempSync, mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type MountPlan, planMounts, type MountWish } from "./mounts.js";
import { ownPrograms } from "./run-program.js";
import { thisSystem } from "./this-system.js";

/** What processes here can be denied, as a container of ECS is: empty where it is, else why not. */
export interface Playable {
  /** To write to the root file system. */
  readOnly: string;
  /** To be another user than the image or the task definition says. */
  user: string;
}

/** As which user a process runs. */
export interface ProcessUser {
  uid: number;
  gid: number;
}

/** A process that is to be started, and what it may not do. */
export interface Confined extends MountWish {
  user?: ProcessUser | undefined;
  file: string;
  args: string[];
  cwd: string;
}

/** Carries out the steps of a plan, each a word and its paths, then becomes the rest. */
const script = `
root=
while [ "$1" != -- ]; do
  case "$1" in
    bind) mount --rbind "$2" "$3" || exit 125; shift 3 ;;
    folder) mkdir -p "$2" || exit 125; shift 2 ;;
    link) ln -s "$2" "$3" || exit 125; shift 3 ;;
    file) : > "$3" && mount --bind "$2" "$3" || exit 125; shift 3 ;;
    root) root=$2; shift 2 ;;
    cover) mount -t tmpfs -o mode=755 moorage "$2" || exit 125; shift 2 ;;
    uncover) umount "$2" || exit 125; shift 2 ;;
    move) mount --move "$2" "$3" || exit 125; shift 3 ;;
    seal) mount -o "remount,bind,$2" "$3" || exit 125; shift 3 ;;
    try-seal) mount -o "remount,bind,$2" "$3" 2>/dev/null; shift 3 ;;
  esac
done
shift
[ -z "$root" ] || exec chroot "$root" $BASH_OR_SH -c 'cd "$1" || exit 125; shift; exec "$@"' moorage-rooted "$@"
cd "$1" || exit 125
shift
exec "$@"`;

/**
 * The command in a mount namespace of its own, as the same process, so that its signals and its exit code are the command's.
 * Whoever is not root is root in a user namespace for the mounts alone, and then itself again. Source: unshare(1), setpriv(1),
 * mount_namespaces(7).
 */
export function confine(wish: Confined): { file: string; args: string[] } {
  return inNamespace(wish, planMounts(wish));
}

export function inNamespace(
  { file, args, cwd, user }: Confined,
  { steps }: MountPlan,
  [uid, gid]: readonly [number, number] = [process.geteuid?.() ?? 0, process.getegid?.() ?? 0],
): { file: string; args: string[] } {
  const isRoot = uid === 0;
  const itself = ["unshare", "--user", `--map-user=${String(uid)}`, `--map-group=${String(gid)}`, "--"];
  const other = (one: ProcessUser) => [
    ...["setpriv", `--reuid=${String(one.uid)}`, `--regid=${String(one.gid)}`, "--clear-groups", "--"],
  ];
  return {
    file: "unshare",
    args: [
      ...(isRoot ? [] : ["--user", "--map-root-user"]),
      ...[
        "--mount",
        "--propagation",
        "private",
        "--",
        shellOf(),
        "-c",
        script.replace("$BASH_OR_SH", shellOf()),
        "moorage-confined",
      ],
      ...steps.flat(),
      ...["--", cwd],
      ...(isRoot ? (user === undefined ? [] : other(user)) : itself),
      file,
      ...args,
    ],
  };
}

/** dash drops variables with unusual names, bash does not. */
function shellOf(): string {
  return existsSync("/bin/bash") ? "/bin/bash" : "/bin/sh";
}

/** Looked for once. */
export function playableFinder(): () => Promise<Playable> {
  let found: Promise<Playable> | undefined;
  return () => (found ??= find());
}

const elsewhere = "only Linux can give a process mounts and a user of its own";
const noNamespace = "this machine lets processes make no mount namespace (unshare, mount)";

async function find(): Promise<Playable> {
  if (!thisSystem().hasMountNamespaces) return { readOnly: elsewhere, user: elsewhere };
  const [readOnly, user] = await Promise.all([tryReadOnly(), tryUser()]);
  return { readOnly, user };
}

async function tryReadOnly(): Promise<string> {
  return inTemporaryFolder(async (folder) => {
    const [image, scratch] = ["image", "scratch"].map((name) => join(folder, name)) as [string, string];
    for (const one of [image, scratch]) mkdirSync(one);
    const check = `(: > ${scratch}/a) && ! (: > ${image}/a)`;
    const wish = { image, writable: [scratch], readOnly: true, reach: [] };
    return (await works({ ...wish, ...shell(check) })) ? "" : noNamespace;
  });
}

async function tryUser(): Promise<string> {
  if (process.geteuid?.() !== 0) return "only root can start a process as another user";
  return inTemporaryFolder(async (folder) => {
    const image = join(folder, "image");
    mkdirSync(image, { mode: 0o755 });
    const wish = { image, writable: [], readOnly: false, reach: [image] };
    const user = { uid: 65_534, gid: 65_534 };
    return (await works({ ...wish, user, ...shell(`cd ${image} && [ "$(id -u)" = 65534 ]`) }))
      ? ""
      : noNamespace;
  });
}

function shell(check: string) {
  return { file: "sh", args: ["-c", check], cwd: "/" };
}

async function works(wish: Confined): Promise<boolean> {
  const { file, args } = confine(wish);
  return (await ownPrograms.start(file, args)) !== undefined;
}

async function inTemporaryFolder(work: (folder: string) => Promise<string>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "moorage-confined-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
