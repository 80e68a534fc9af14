import { access, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { coerce, gte } from "semver";
import { thisSystem } from "@moorage/local-aws";
import { bounds } from "../../core/bounds.js";
import { homeOf } from "../../core/user.js";
import { firstOnPath } from "./find.js";
import type { GetOptions } from "./get.js";
import { modulesFolder, pinnedVersion } from "./pinned.js";
import { runProcess } from "./process.js";
import { boundedSignal } from "../../core/bounded-signal.js";

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
  options.reporter.notify({
    kind: "step",
    text: `Building the Pulumi engine ${pinnedVersion} from source: some minutes, once on this machine`,
  });
  const scratch = join(folder, ".go");
  const env = await buildEnvironment(scratch, options.env);
  try {
    for (const part of parts) await buildPart(part, folder, { ...options, env });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
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
  if ((await firstOnPath("go", env)) === undefined) return undefined;
  return coerce(await goSetting("GOVERSION", env))?.version;
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
      env: options.env,
      signal: boundedSignal(bounds.engineBuild, options.signal),
      graceMs: 2_000,
      onText: progress.read,
    });
    options.signal.throwIfAborted();
    if (result.code !== 0) throw new Error(`go build failed:\n${result.stderr.trim().slice(-1_000)}`);
  } finally {
    progress.stop();
  }
}

/**
 * Static, as the official release is, and only what go.sum names. Go's caches are ours and go with the build (three
 * gigabytes that nothing else wants), unless the person's own hold the engine's modules already.
 */
async function buildEnvironment(scratch: string, env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  const modules = await goSetting("GOMODCACHE", env);
  const cached = await exists(join(modules, "github.com/pulumi/pulumi/pkg/v3@v" + pinnedVersion));
  const caches = cached ? {} : { GOMODCACHE: join(scratch, "mod"), GOCACHE: join(scratch, "build") };
  return {
    ...withoutTelemetry(env),
    ...caches,
    CGO_ENABLED: "0",
    GOFLAGS: "-mod=readonly -buildvcs=false -modcacherw",
    GOWORK: "off",
  };
}

async function goSetting(name: string, env: NodeJS.ProcessEnv): Promise<string> {
  const options = {
    cwd: "/",
    env: withoutTelemetry(env),
    signal: AbortSignal.timeout(bounds.engineVersion),
    graceMs: 0,
  };
  return (await runProcess("go", ["env", name], options)).stdout.trim();
}

/** Go writes its telemetry beside its settings file, in the person's home: the file stays theirs, the rest has no place. */
function withoutTelemetry(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const settings = join(thisSystem().settingsFolder(homeOf(env), env), "go", "env");
  return { ...env, GOENV: env["GOENV"] ?? settings, XDG_CONFIG_HOME: "/dev/null" };
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function watchProgress(binary: string, { reporter }: GetOptions) {
  const startedAt = Date.now();
  let packages = 0;
  let modules = 0;
  const timer = setInterval(() => {
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    const text = `${binary}: ${modules} modules fetched, ${packages} packages compiled, ${seconds} s`;
    reporter.notify({ kind: "progress", text });
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
