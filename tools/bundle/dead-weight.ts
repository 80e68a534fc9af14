import type { Plugin } from "esbuild";

/**
 * What @pulumi/pulumi loads for programs that it compiles or closures that it serializes; Moorage has neither. 12 MB.
 * Whoever reaches one of these gets an error that names it.
 */
const unused =
  /^(typescript|@npmcli\/arborist|ts-node|read-package-tree)$|vendor\/typescript|vendor\/ts-node/;

export function withoutDeadWeight(): Plugin {
  const namespace = "dead-weight";
  return {
    name: namespace,
    setup({ onResolve, onLoad }) {
      onResolve({ filter: unused }, ({ path }) => ({ path, namespace }));
      onLoad({ filter: /.*/, namespace }, ({ path }) => ({
        contents: `module.exports = new Proxy(function () {}, {
          get(_, name) { if (typeof name === "symbol" || name === "__esModule" || name === "default") return undefined; return fail(name); },
          apply() { return fail("()"); },
        });
        function fail(name) { throw new Error(${JSON.stringify(`${path} is not part of the bundle`)} + " (" + name + ")"); }`,
      }));
    },
  };
}
