/**
 * Renews `test/fakes/github/openapi.json`, the part of GitHub's description of its REST API that the tests judge by:
 *
 *     npx tsx tools/github-openapi/extract.ts [version of @octokit/openapi]
 *
 * The package itself is 385 MB, so it is not installed: it is unpacked into a temporary folder. An area that is missing is
 * one more line of `areas`.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

type Json = Record<string, unknown>;
interface Description extends Json {
  paths: Record<string, Json>;
  components: Record<string, Record<string, Json>>;
}

/** What follows `/repos/{owner}/{repo}`, and what stands outside repositories. */
const areas =
  /^(\/repos\/\{owner\}\/\{repo\}(\/(actions\/(jobs|oidc|permissions|runs|secrets|variables|workflows)|branches|collaborators|commits|compare|contents|deployments|environments|git|immutable-releases|issues|labels|pulls|releases|rules|rulesets|statuses|tags)(\/.*)?)?|\/user|\/users\/\{username\}|\/orgs\/\{org\}\/teams\/\{team_slug\}|\/rate_limit)$/;

/** What nothing is judged by. */
const prose = new Set(["description", "summary", "example", "examples", "externalDocs", "tags", "x-github"]);

const version = process.argv[2] ?? "23.0.2";
const target = fileURLToPath(new URL("../../test/fakes/github/openapi.json", import.meta.url));

const whole = download();
const paths = Object.fromEntries(
  Object.entries(whole.paths)
    .filter(([path]) => areas.test(path))
    .map(([path, operations]) => [path, withoutProse(operations)]),
);
const extract = { source: `@octokit/openapi ${version}`, paths, components: referredFrom(paths) };
writeFileSync(target, `${JSON.stringify(extract)}\n`);
process.stdout.write(`${Object.keys(paths).length} paths\n`);

function download(): Description {
  const folder = mkdtempSync(join(tmpdir(), "github-openapi-"));
  try {
    const options = { cwd: folder, encoding: "utf8", timeout: 300_000 } as const;
    const packed = execFileSync("npm", ["pack", "--silent", `@octokit/openapi@${version}`], options).trim();
    const file = "package/generated/api.github.com.json";
    execFileSync("tar", ["-xzf", packed, file], options);
    return JSON.parse(readFileSync(join(folder, file), "utf8")) as Description;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A property may be called `description`: names of properties stay. */
function withoutProse(value: unknown, isProperties = false): unknown {
  if (Array.isArray(value)) return value.map((one) => withoutProse(one));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => isProperties || !prose.has(key))
      .map(([key, inner]) => [key, withoutProse(inner, !isProperties && key === "properties")]),
  );
}

/** The components that these refer to, and those that they refer to. */
function referredFrom(start: unknown): Description["components"] {
  const components: Description["components"] = {};
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(visit);
    if (typeof value !== "object" || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key === "$ref" && typeof inner === "string") include(inner);
      else visit(inner);
    }
  };
  const include = (reference: string): void => {
    const [kind = "", name = ""] = reference.split("/").slice(2);
    if (components[kind]?.[name] !== undefined) return;
    const found = withoutProse(whole.components[kind]?.[name]) as Json;
    (components[kind] ??= {})[name] = found;
    visit(found);
  };
  visit(start);
  return components;
}
