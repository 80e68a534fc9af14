import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Metafile } from "esbuild";

interface Component {
  type: "library";
  "bom-ref": string;
  name: string;
  version: string;
  purl: string;
  licenses?: { license: { id: string } | { name: string } }[];
  hashes?: { alg: "SHA-512"; content: string }[];
}

type Lock = { packages: Record<string, { integrity?: string }> };

/**
 * Which packages the bundle is made of, as CycloneDX 1.6: those with at least one byte in what esbuild wrote, with the hash
 * that the lock file has for them. The same sources give the same text.
 * Source: https://cyclonedx.org/docs/1.6/json/
 */
export function billOfMaterials(metafile: Metafile, root: string): string {
  const { version } = manifestOf(root);
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as Lock;
  const folders = new Set(bundledInputs(metafile).flatMap((input) => packageFolder(input) ?? []));
  const components = [...folders]
    .sort()
    .map((folder) => componentOf(root, folder, packages[folder]?.integrity));
  const own = {
    type: "application",
    "bom-ref": "moorage",
    name: "moorage",
    version,
    purl: purlOf("moorage", version),
  };
  return `${JSON.stringify(
    {
      bomFormat: "CycloneDX",
      specVersion: "1.6",
      version: 1,
      metadata: { component: own },
      components,
      dependencies: [{ ref: "moorage", dependsOn: components.map((one) => one["bom-ref"]) }],
    },
    null,
    1,
  )}\n`;
}

function bundledInputs({ outputs }: Metafile): string[] {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([input, { bytesInOutput }]) => (bytesInOutput > 0 ? [input] : [])),
  );
}

/** `node_modules/a/node_modules/@b/c` of a file in it; undefined for the project's own files. */
function packageFolder(input: string): string | undefined {
  return /^(?:[\w-]+:)?((?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
}

function componentOf(root: string, folder: string, integrity: string | undefined): Component {
  const { name, version, license } = manifestOf(join(root, folder));
  const [, sha512] = /^sha512-(\S+)/.exec(integrity ?? "") ?? [];
  return {
    type: "library",
    "bom-ref": folder,
    name,
    version,
    purl: purlOf(name, version),
    ...(license !== undefined && { licenses: [{ license: licenseOf(license) }] }),
    ...(sha512 !== undefined && {
      hashes: [{ alg: "SHA-512" as const, content: Buffer.from(sha512, "base64").toString("hex") }],
    }),
  };
}

/** An identifier of SPDX's has no spaces; what is more than one is an expression. */
function licenseOf(license: string): { id: string } | { name: string } {
  return /^[\w.+-]+$/.test(license) ? { id: license } : { name: license };
}

function manifestOf(folder: string): { name: string; version: string; license?: string } {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    name: string;
    version: string;
    license?: string;
  };
}

/** Source: https://github.com/package-url/purl-spec, "npm". */
function purlOf(name: string, version: string): string {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}
