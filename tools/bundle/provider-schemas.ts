import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Plugin } from "esbuild";
import { installedFacts } from "../../packages/local-aws/src/provider/installed-facts.js";
import { installedSchema } from "../../packages/local-aws/src/provider/installed-schema.js";
import { resourceTypes } from "../../packages/local-aws/src/resources/index.js";

/** Beside the modules: what the AWS package says of each of its types. Read where a program declares one that the local target only records. */
export const awsTypesFile = "aws-types.json.gz";

/** Puts what the installed Pulumi packages say about the local target's types into the bundle, which carries no packages. */
export function providerSchemas(): Plugin {
  return {
    name: "provider-schemas",
    setup({ onLoad }) {
      onLoad({ filter: /local-aws\/src\/provider\/installed-schema\.ts$/ }, () => {
        const schemas = Object.fromEntries(
          [...resourceTypes.keys()].flatMap((token) => {
            const schema = storedSchema(token);
            return schema === undefined ? [] : [[token, schema]];
          }),
        );
        return {
          loader: "ts",
          contents: `import { awsType } from "./installed-facts.js";
            const schemas = ${JSON.stringify(schemas)};
            export function installedSchema(token) {
              const schema = Object.hasOwn(schemas, token) ? schemas[token] : awsType(token)?.schema;
              return schema && { ...schema, inputs: new Set(schema.inputs) };
            }`,
        };
      });
      onLoad({ filter: /local-aws\/src\/provider\/installed-facts\.ts$/ }, () => ({
        loader: "ts",
        contents: `import { readFileSync } from "node:fs";
          import { gunzipSync } from "node:zlib";
          let types;
          export function awsType(token) {
            types ??= JSON.parse(gunzipSync(readFileSync(new URL(${JSON.stringify(`./${awsTypesFile}`)}, import.meta.url))));
            return Object.hasOwn(types, token) ? types[token] : undefined;
          }
          export function installedFacts(token) { return awsType(token)?.facts; }`,
      }));
    },
  };
}

function storedSchema(token: string): object | undefined {
  const schema = installedSchema(token);
  return schema && { ...schema, inputs: [...schema.inputs] };
}

/** The content of that file: schema and facts by token. */
export function awsTypes(): Uint8Array {
  const folder = dirname(createRequire(import.meta.url).resolve("@pulumi/aws/package.json"));
  const files = readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter(
      (entry) => entry.isFile() && /^[a-z]\w*\.d\.ts$/.test(entry.name) && !/^get[A-Z]/.test(entry.name),
    )
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1, -".d.ts".length))
    .sort();
  const types = Object.fromEntries(
    files.flatMap((path) => {
      const token = tokenOf(path);
      const schema = token === undefined ? undefined : storedSchema(token);
      return token === undefined || schema === undefined
        ? []
        : [[token, { schema, facts: installedFacts(token) }]];
    }),
  );
  return gzipSync(JSON.stringify(types), { level: 9 });
}

/** `sqs/queue` as `aws:sqs/queue:Queue`. */
function tokenOf(path: string): string | undefined {
  const [module, name, ...rest] = path.split("/");
  if (module === undefined || name === undefined || rest.length > 0) return undefined;
  return `aws:${module}/${name}:${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
