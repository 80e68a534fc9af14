import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "esbuild";

const namespace = "after-start";
/** Marks the plugin's own resolving, which it leaves to esbuild. */
const own = "one-start";

/**
 * What every run of the driver begins with, the command line and what that needs, becomes one chunk in place of twenty
 * that reading and linking takes longer than running. esbuild makes a chunk for each set of entries that share a module, so
 * everything that the driver loads later is told to need the whole start, which is there by then.
 */
export function oneStart(root: string): Plugin {
  const start = join(root, "src/cli/cli.ts");
  const driver = [join(root, "src/"), join(root, "packages/local-aws/src/index.ts")];
  return {
    name: "one-start",
    setup({ onResolve, onLoad, resolve }) {
      onResolve({ filter: /^\./ }, async ({ kind, path, importer, resolveDir, pluginData }) => {
        if (kind !== "dynamic-import" || pluginData === own) return undefined;
        if (!driver.some((place) => importer.startsWith(place))) return undefined;
        const found = await resolve(path, {
          kind: "import-statement",
          importer,
          resolveDir,
          pluginData: own,
        });
        return found.errors.length > 0
          ? undefined
          : { path: found.path, namespace, pluginData: { resolveDir } };
      });
      onLoad({ filter: /.*/, namespace }, ({ path, pluginData }) => {
        const { resolveDir } = pluginData as { resolveDir: string };
        const from = JSON.stringify(path);
        // `export *` leaves a module's default out: of the programs it is all there is.
        const hasDefault = /^export default\b/m.test(readFileSync(path, "utf8"));
        const fallback = hasDefault ? ` export { default } from ${from};` : "";
        return { resolveDir, contents: `import ${JSON.stringify(start)}; export * from ${from};${fallback}` };
      });
    },
  };
}
