/**
 * Renews `test/fakes/github/schema.graphql`, the part of GitHub's GraphQL schema that the tests judge queries by: what can be
 * asked for, without prose.
 *
 *     npx tsx tools/github-graphql/extract.ts [version of @octokit/graphql-schema]
 *
 * The package is 7 MB, so it is not installed: it is unpacked into a temporary folder.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSchema, GraphQLSchema, parse, print, printSchema, visit } from "graphql";

const version = process.argv[2] ?? "15.26.1";
const target = fileURLToPath(new URL("../../test/fakes/github/schema.graphql", import.meta.url));

const whole = buildSchema(download(), { assumeValid: true });
/** Types that only mutations lead to go with them. */
const { query, types } = new GraphQLSchema({ query: whole.getQueryType(), assumeValid: true }).toConfig();
const asked = printSchema(new GraphQLSchema({ query, types, assumeValid: true }));
const extract = print(withoutProse(asked));
writeFileSync(target, `# npm @octokit/graphql-schema ${version}, see tools/github-graphql\n${extract}\n`);

function download(): string {
  const folder = mkdtempSync(join(tmpdir(), "github-graphql-"));
  try {
    const options = { cwd: folder, encoding: "utf8", timeout: 300_000 } as const;
    const name = `@octokit/graphql-schema@${version}`;
    const packed = execFileSync("npm", ["pack", "--silent", name], options).trim();
    const file = "package/schema.graphql";
    execFileSync("tar", ["-xzf", packed, file], options);
    return readFileSync(join(folder, file), "utf8");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function withoutProse(text: string) {
  const described = parse(text, { noLocation: true });
  return visit(described, {
    enter: (node) =>
      "description" in node && node.description !== undefined
        ? { ...node, description: undefined }
        : undefined,
    Directive: (node) => (node.name.value === "deprecated" ? null : undefined),
  });
}
