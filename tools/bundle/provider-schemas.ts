import type { Plugin } from "esbuild";
import { installedSchema } from "../../packages/local-aws/src/provider/installed-schema.js";
import { resourceTypes } from "../../packages/local-aws/src/resources/index.js";

/** Puts what the installed Pulumi packages say about the local target's types into the bundle, which carries no packages. */
export function providerSchemas(): Plugin {
  return {
    name: "provider-schemas",
    setup({ onLoad }) {
      onLoad({ filter: /local-aws\/src\/provider\/installed-schema\.ts$/ }, () => {
        const schemas = Object.fromEntries(
          [...resourceTypes.keys()].flatMap((token) => {
            const schema = installedSchema(token);
            if (schema === undefined) return [];
            const { inputs, required, computed } = schema;
            return [[token, { inputs: [...inputs], required, computed }]];
          }),
        );
        return {
          loader: "ts",
          contents: `const schemas = ${JSON.stringify(schemas)};
            export function installedSchema(token) {
              const schema = schemas[token];
              return schema && { ...schema, inputs: new Set(schema.inputs) };
            }`,
        };
      });
    },
  };
}
