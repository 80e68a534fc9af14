import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";

const eager = `Object.defineProperty(p, "_debugStackTrace", { writable: true, value: new Error().stack });`;

/**
 * @pulumi/pulumi writes a stack trace as text for each of the four promises of each output, and reads it only for a promise that never
 * settles: a tenth of what a program takes. The trace is kept as V8 takes it, and written when it is read.
 */
export function lazyStacks(): Plugin {
  return {
    name: "lazy-stacks",
    setup({ onLoad }) {
      onLoad({ filter: /@pulumi\/pulumi\/runtime\/debuggable\.js$/ }, async ({ path }) => {
        const text = await readFile(path, "utf8");
        if (!text.includes(eager)) throw new Error(`${path} takes its stack traces in another way`);
        const lazy = `const debugError = new Error(); Object.defineProperty(p, "_debugStackTrace", { get: () => debugError.stack });`;
        return { loader: "js", contents: text.replace(eager, () => lazy) };
      });
    },
  };
}
