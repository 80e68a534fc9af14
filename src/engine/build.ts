import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { coerce, gte } from "semver";
import { firstOnPath } from "./find.js";
import type { GetOptions } from "./get.js";
import { modulesFolder, pinnedVersion } from "./pinned.js";
import { runProcess } from "./process.js";

const progressMs = 5_000;

/** What the engine is made of: each is a Go module in `tools/engine`, because their dependencies exclude each other. */
const parts = [
  { module: "cli", binary: "pulumi", package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi" },
  {
    module: "language-host",
    binary: "pulumi-language-nodejs",
    package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
  },
];

const linkerFlags = `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${pinnedVersion}`;

/**
 * Builds the CLI and its Node.js language host from the pinned modules; minutes the first time. Rejects when there is no Go,
 * when it is too old for the modules, or with the end of the compiler's own output.
 */
export async function buildEngine(folder: string, options: GetOptions): Promise<void> {
  await checkGo(options);
  options.host.notify({
    kind: "step",
    text: `Building the Pulumi engine ${pinnedVersion} from source: some minutes, once on this machine`,
  });
  for (const part of parts) await buildPart(part, folder, options);
}

async function checkGo(options: GetOptions): Promise<void> {
  const wanted = await wantedGo();
  const version = await goVersion(options.env);
  if (version === undefined) throw new Error("there is no Go on PATH");
  // Since 1.21 an older Go fetches the toolchain that a module asks for; whether it may is its own message.
  if (!gte(version, "1.21.0")) throw new Error(`Go ${version} is too old: ${wanted} or later is needed`);
}

/** The Go version that the modules ask for. */
export async function wantedGo(): Promise<string> {
  const text = await readFile(join(modulesFolder(), "cli", "go.mod"), "utf8");
  return /^go (\S+)$/m.exec(text)?.[1] ?? "unknown";
}

/** The version of `go` on PATH; undefined when there is none. */
export async function goVersion(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const go = await firstOnPath("go", env);
  if (go === undefined) return undefined;
  const signal = AbortSignal.timeout(15_000);
  const result = await runProcess(go, ["env", "GOVERSION"], { cwd: "/", env, signal, graceMs: 0 });
  return coerce(result.stdout)?.version;
}

async function buildPart(part: (typeof parts)[number], folder: string, options: GetOptions): Promise<void> {
  const progress = watchProgress(part.binary, options);
  const args = [
    "build",
    "-v",
    "-trimpath",
    "-ldflags",
    linkerFlags,
    "-o",
    join(folder, part.binary),
    part.package,
  ];
  try {
    const result = await runProcess("go", args, {
      cwd: join(modulesFolder(), part.module),
      env: buildEnvironment(options.env),
      signal: options.signal,
      graceMs: 2_000,
      onText: progress.read,
    });
    options.signal.throwIfAborted();
    if (result.code !== 0) throw new Error(`go build failed:\n${result.stderr.trim().slice(-1_000)}`);
  } finally {
    progress.stop();
  }
}

/** Static, as the official release is, and only what go.sum names. */
function buildEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, CGO_ENABLED: "0", GOFLAGS: "-mod=readonly -buildvcs=false", GOWORK: "off" };
}

function watchProgress(binary: string, { host }: GetOptions) {
  const startedAt = Date.now();
  let packages = 0;
  let modules = 0;
  const timer = setInterval(() => {
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    const text = `${binary}: ${modules} modules fetched, ${packages} packages compiled, ${seconds} s`;
    host.notify({ kind: "progress", text });
  }, progressMs);
  return {
    read(text: string) {
      for (const line of text.split("\n")) {
        if (line.startsWith("go: downloading")) modules += 1;
        else if (line !== "") packages += 1;
      }
    },
    stop: () => clearInterval(timer),
  };
}
