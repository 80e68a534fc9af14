import type { Plugin } from "esbuild";
import { Emulator } from "../../packages/local-aws/src/emulator/emulator.js";
import { emulatedServices } from "../../packages/local-aws/src/emulator/endpoints.js";
import { installedSchema } from "../../packages/local-aws/src/provider/installed-schema.js";
import { resourceTypes } from "../../packages/local-aws/src/resources/index.js";

const everywhere = Object.fromEntries(emulatedServices.map((service) => [service, "http://127.0.0.1"]));
/** Types that are there with an emulator alone. */
const emulated = new Emulator(everywhere).types().map(([token]) => token);

/** Puts what the installed Pulumi packages say about the local target's types into the bundle, which carries no packages. */
export function providerSchemas(): Plugin {
  return {
    name: "provider-schemas",
    setup({ onLoad }) {
      onLoad({ filter: /local-aws\/src\/provider\/installed-schema\.ts$/ }, () => {
        const schemas = Object.fromEntries(
          [...resourceTypes.keys(), ...emulated].flatMap((token) => {
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
