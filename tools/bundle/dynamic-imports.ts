import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "esbuild";

const namespace = "named-dynamic-import";
/** Marks the plugin's own resolving, which it leaves to esbuild. */
const own = "named-dynamic-imports";

/**
 * `import("package")` of a CommonJS package becomes a chunk with `default` alone when code is split. This gives the chunk
 * those of the package's names that occur in our sources.
 */
export function namedDynamicImports(root: string): Plugin {
  const words = wordsOf(["src", "stacks", "packages/local-aws/src"].map((folder) => join(root, folder)));
  return {
    name: "named-dynamic-imports",
    setup({ onResolve, onLoad, resolve }) {
      onResolve({ filter: /^[^./]/ }, async ({ kind, path, importer, resolveDir, pluginData }) => {
        if (kind !== "dynamic-import" || pluginData === own) return undefined;
        if (/^(node:|@moorage\/)/.test(path) || importer.includes("/node_modules/")) return undefined;
        const found = await resolve(path, {
          kind: "import-statement",
          importer,
          resolveDir,
          pluginData: own,
        });
        if (found.external || found.errors.length > 0 || found.namespace !== "file") return undefined;
        return { path, namespace, pluginData: { file: found.path, resolveDir } };
      });
      onLoad({ filter: /.*/, namespace }, async ({ path, pluginData }) => {
        const { file, resolveDir } = pluginData as { file: string; resolveDir: string };
        const exported = Object.keys((await import(path)) as object);
        const names = exported.filter(
          (name) =>
            name !== "default" &&
            name !== "module.exports" &&
            words.has(name) &&
            // `EC2` beside `EC2Client` has every command of the service as a method: most of the package.
            !exported.includes(`${name}Client`),
        );
        return { resolveDir, contents: moduleOf(file, names, exported.includes("default")) };
      });
    },
  };
}

/** ECMAScript modules, which esbuild can shake unused parts out of. */
const isModule = /\/dist-es\/|\.mjs$/;

function moduleOf(file: string, names: readonly string[], hasDefault: boolean): string {
  if (isModule.test(file)) return `export { ${names.join(", ")} } from ${JSON.stringify(file)};`;
  const lines = names.map(
    (name, at) => `const v${at} = all[${JSON.stringify(name)}]; export { v${at} as ${name} };`,
  );
  const fallback = hasDefault ? "export default all.default;" : "";
  return [`import * as all from ${JSON.stringify(file)};`, fallback, ...lines].join("\n");
}

function wordsOf(folders: readonly string[]): Set<string> {
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  return new Set(files.flatMap((file) => readFileSync(file, "utf8").match(/[A-Za-z_$][\w$]*/g) ?? []));
}
