import { existsSync, readFileSync } from "node:fs";
import { realpath } from "node:fs/promises";
import Module, { createRequire } from "node:module";
import { dirname, isAbsolute, join, sep } from "node:path";
// Its `module.exports`, which the team's CommonJS is handed.
import sdk from "@pulumi/pulumi";
import type { transform } from "sucrase";

/** What Node's loader of CommonJS is made of; its types leave these out. Source: Node.js, lib/internal/modules/cjs/loader.js. */
interface Loader {
  _resolveFilename(
    request: string,
    parent: { filename?: string | null } | undefined,
    ...rest: unknown[]
  ): string;
  _cache: Record<string, unknown>;
  _extensions: Record<string, (module: Compiled, file: string) => void>;
}

interface Compiled {
  _compile(code: string, file: string, format: "commonjs"): void;
}

/** A second copy of Pulumi's SDK, which would register nothing with this run's engine. */
export class SecondCopy extends Error {
  constructor(
    readonly request: string,
    readonly file: string,
  ) {
    super(`${request} is a second copy of @pulumi/pulumi (${file})`);
  }
}

const loader = Module as unknown as Loader;
const parts =
  /^@pulumi\/pulumi\/(asset|automation|dynamic|iterable|log|provider|runtime|utils)(\/index(\.js)?)?$/;

/** Folders whose TypeScript is compiled as it is loaded. */
const folders = new Set<string>();

/** Files beside them that theirs require: of another folder of the repository, or of a linked package. */
const joined = new Set<string>();
let isInstalled = false;

/**
 * Loads a file in TypeScript, and what it requires, with this copy of @pulumi/pulumi in place of its own: two copies do not know of each
 * other's resources. Throws SecondCopy where another would be loaded.
 */
export async function loadTypeScript(file: string): Promise<unknown> {
  const real = await realpath(file);
  folders.add(dirname(real));
  if (!isInstalled) install((await import("sucrase")).transform);
  isInstalled = true;
  const load = createRequire(real);
  // Each run of the program declares its resources anew.
  for (const name of Object.keys(loader._cache)) {
    if (isCompiled(name)) Reflect.deleteProperty(loader._cache, name);
  }
  const { stackTraceLimit } = Error;
  // The loader's own frames stand before those of the team's files.
  Error.stackTraceLimit = Math.max(stackTraceLimit, 50);
  try {
    return load(real) as unknown;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function install(compileText: typeof transform): void {
  const resolve = loader._resolveFilename;
  loader._resolveFilename = function (request, parent, ...rest) {
    const shared = sharedPart(request);
    if (shared !== undefined) return heldAs(request, shared);
    const file = resolved(() => resolve.call(this, request, parent, ...rest), request, parent?.filename);
    refuseSecondCopy(request, file);
    if (parent?.filename && isCompiled(parent.filename) && isAbsolute(file)) joined.add(file);
    return file;
  };
  const compile = (module: Compiled, file: string) => {
    const transforms: ("typescript" | "imports")[] = /\.[cm]?ts$/.test(file)
      ? ["typescript", "imports"]
      : ["imports"];
    const options = { transforms, filePath: file, preserveDynamicImport: false, disableESTransforms: true };
    module._compile(compileText(readFileSync(file, "utf8"), options).code, file, "commonjs");
  };
  for (const ending of [".ts", ".mts", ".cts", ".js", ".mjs"]) {
    const usual = loader._extensions[ending] ?? loader._extensions[".js"];
    loader._extensions[ending] = (module, file) => {
      if (isCompiled(file)) compile(module, file);
      else usual?.(module, file);
    };
  }
}

/** `@pulumi/pulumi` and what is below it, as this run has it. */
function sharedPart(request: string): unknown {
  if (request === "@pulumi/pulumi") return sdk;
  const part = parts.exec(request)?.[1];
  return part === undefined ? undefined : (sdk as unknown as Record<string, unknown>)[part];
}

function heldAs(request: string, exports: unknown): string {
  const id = `moorage:${request}`;
  loader._cache[id] ??= Object.assign(new Module(id), { exports, loaded: true, filename: id });
  return id;
}

/** `./queue.js` may be `./queue.ts`, as TypeScript has it for modules. */
function resolved(resolve: () => string, request: string, from: string | null | undefined): string {
  try {
    return resolve();
  } catch (error) {
    const named = /^\.{1,2}\//.test(request) && /\.([cm]?)js$/.exec(request);
    if (!named || !from || !isCompiled(from)) throw error;
    const file = join(dirname(from), request.replace(/\.([cm]?)js$/, ".$1ts"));
    if (!existsSync(file)) throw error;
    return file;
  }
}

const own = ownCopy();

/** Where this run's copy is, in a checkout; a bundle has none on disk. */
function ownCopy(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json")) + sep;
  } catch {
    return undefined;
  }
}

function refuseSecondCopy(request: string, file: string): void {
  if (!/[\\/]node_modules[\\/]@pulumi[\\/]pulumi[\\/]/.test(file)) return;
  // The folder that the plain CLI's runner is found in holds no SDK.
  if (/[\\/]dist[\\/]prog[\\/]node_modules[\\/]/.test(file)) return;
  if (own !== undefined && file.startsWith(own)) return;
  throw new SecondCopy(request, file);
}

/** The team's own files, not their packages. */
function isCompiled(file: string): boolean {
  if (/[\\/]node_modules[\\/]/.test(file)) return false;
  return joined.has(file) || [...folders].some((folder) => file.startsWith(`${folder}${sep}`));
}
