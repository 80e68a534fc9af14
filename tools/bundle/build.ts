/**
 * Bundles the driver, the programs and the local target into `dist/`: one flat folder of modules that needs Node and
 * nothing else; source maps apart, in `dist/maps/`. `npm run build`; types are `npm run typecheck`'s.
 */
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type BuildOptions, type BuildResult, type OutputFile } from "esbuild";
import { namedDynamicImports } from "./dynamic-imports.js";
import { writePlainCli } from "./plain-cli.js";
import { oneStart } from "./one-start.js";
import { awsTypes, awsTypesFile, providerSchemas } from "./provider-schemas.js";
import { billOfMaterials } from "./sbom.js";
import { lazyStacks } from "./lazy-stacks.js";
import { withoutDeadWeight } from "./dead-weight.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const dist = join(root, "dist");

/** What is started as a process of its own, or loaded by its path. */
const entryPoints = {
  main: join(root, "src/cli/main.ts"),
  daemon: join(root, "packages/local-aws/src/daemon/daemon.ts"),
  program: join(root, "stacks/index.ts"),
  // What Pulumi's language host runs a program with: see plain-cli.ts.
  "pulumi-run": createRequire(import.meta.url).resolve("@pulumi/pulumi/cmd/run/index.js"),
};

const options = {
  entryPoints,
  bundle: true,
  platform: "node",
  mainFields: ["module", "main"],
  format: "esm",
  target: "node20.19",
  splitting: true,
  outdir: dist,
  absWorkingDir: root,
  write: false,
  metafile: true,
  minify: true,
  keepNames: true,
  legalComments: "none",
  logLevel: "warning",
  sourcemap: "external",
  sourcesContent: false,
  // CommonJS packages expect these in their modules.
  define: { __dirname: "import.meta.dirname", __filename: "import.meta.filename" },
  banner: {
    js: 'import{createRequire as $require}from"node:module";const require=$require(import.meta.url);',
  },
  plugins: [namedDynamicImports(root), oneStart(root), providerSchemas(), lazyStacks(), withoutDeadWeight()],
} satisfies BuildOptions;

const [result, modules] = await Promise.all([build(options), build(policyModules())]);
writeOutputs(result, modules.outputFiles);

/** What generates the policies of roles, by itself too, as `dist/stacks/policies/`: for a script that simulates them. */
function policyModules() {
  const { bundle, platform, format, target, absWorkingDir, logLevel } = options;
  return {
    ...{ bundle, platform, format, target, absWorkingDir, logLevel },
    entryPoints: ["generate", "boundary"].map((name) => join(root, `stacks/policies/${name}.ts`)),
    outdir: dist,
    outbase: root,
    write: false,
  } satisfies BuildOptions;
}

/** Names the build by its content: a package manager sets every file's time to the same one. */
function writeOutputs(
  { outputFiles, metafile }: BuildResult<typeof options>,
  modules: readonly OutputFile[],
): void {
  const next = `${dist}.next`;
  rmSync(next, { recursive: true, force: true });
  mkdirSync(join(next, "maps"), { recursive: true });
  const hash = createHash("sha256");
  for (const { path, contents } of [...outputFiles].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const name = basename(path);
    if (name.endsWith(".map")) {
      writeFileSync(join(next, "maps", name), fromMaps(contents));
      continue;
    }
    hash.update(name).update(contents);
    const link = `//# sourceMappingURL=maps/${name}.map\n`;
    writeFileSync(join(next, name), Buffer.concat([contents, Buffer.from(link)]));
  }
  const types = awsTypes();
  hash.update(types);
  writeFileSync(join(next, awsTypesFile), types);
  writeFileSync(join(next, "build.json"), `${JSON.stringify({ id: hash.digest("hex").slice(0, 16) })}\n`);
  for (const { path, contents } of modules) {
    const file = join(next, relative(dist, path));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, contents);
  }
  writeFileSync(join(next, "sbom.cdx.json"), billOfMaterials(metafile, root));
  writePlainCli(join(next, "prog"));
  replaceFolder(next, dist);
}

/** A source map whose sources are relative to `dist/maps/`, which is one folder deeper than esbuild takes it for. */
function fromMaps(contents: Uint8Array): string {
  const map = JSON.parse(Buffer.from(contents).toString("utf8")) as { sources: string[] };
  return JSON.stringify({ ...map, sources: map.sources.map((source) => `../${source}`) });
}

/** What runs from the old folder meanwhile finds either all of the old one or all of the new one. */
function replaceFolder(next: string, current: string): void {
  const old = `${current}.old`;
  rmSync(old, { recursive: true, force: true });
  try {
    renameSync(current, old);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  renameSync(next, current);
  rmSync(old, { recursive: true, force: true });
}
