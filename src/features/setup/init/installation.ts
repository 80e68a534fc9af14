import { type Bundle, bundledFile } from "../install/bundle.js";
import type { ScaffoldFile } from "./file.js";

export const ways = ["vendor", "npm", "action"] as const;

/** How workflows come to Moorage. */
export type Installation =
  /** The packed Moorage is in the repository, with what runs it. */
  | { way: "vendor"; bundle: Bundle; from?: string | undefined }
  /** A package of npm's, which a lock file names. */
  | { way: "npm"; dependency: string; from?: string | undefined }
  /** The workflows of another repository, at one of its commits, bring the package. */
  | { way: "action"; dependency: string; from: string; ref: string; name: string | undefined };

/** From the repository's top. */
export const moorageFolder = ".github/moorage";

const loader = "moorage.mjs";

/** What runs Moorage in a workflow that is the repository's own; undefined where the workflow's own default does. */
export function commandOf({ way }: Installation): string | undefined {
  return way === "vendor" ? `node ${moorageFolder}/${loader}` : undefined;
}

/** The files that bring Moorage, whatever apps there are; paths from the repository's top. */
export function installationFiles(installation: Installation): ScaffoldFile[] {
  // The workflows that are called bring their own commit.
  if (installation.way === "action") return [];
  if (installation.way === "npm") return [...ownLock(installation.dependency), linterSettings];
  const { bundle } = installation;
  return [
    linterSettings,
    { path: `${moorageFolder}/${bundle.name}`, content: bundle.archive },
    { path: `${moorageFolder}/${loader}`, content: loaderOf(bundle) },
    // Bytes, for git as for reviewers.
    { path: `${moorageFolder}/.gitattributes`, content: "*.tgz binary -diff\nmoorage.mjs text eol=lf\n" },
  ];
}

const linterSettings: ScaffoldFile = {
  path: ".github/actionlint.yaml",
  content: `# actionlint 1.7.12 does not know \`queue\` yet (https://github.com/rhysd/actionlint/issues/657).
paths:
  .github/workflows/moorage-*.yml:
    ignore:
      - '^unexpected key "queue" for "concurrency" section'
`,
  isOptional: true,
};

/** What unpacks a vendored bundle and runs it. */
export function loaderOf(bundle: Bundle): string {
  return bundledFile(bundle, "bin/vendored.mjs")
    .replace('"moorage-<version>.tgz"', JSON.stringify(bundle.name))
    .replace('"<sha256>"', JSON.stringify(bundle.sha256))
    .replace("const count = 0;", `const count = ${String(bundle.files.length)};`);
}

/** The hash that a loader states; undefined for a file that is none. */
export function statedHash(text: string): string | undefined {
  return /^const sha256 = "([0-9a-f]{64})";$/m.exec(text)?.[1];
}

/**
 * Moorage alone: jobs that have a role install from here, so that nothing of the app's dependencies runs beside a role. The
 * lock file is npm's to write.
 */
function ownLock(dependency: string): ScaffoldFile[] {
  const manifest = { private: true, dependencies: { moorage: dependency } };
  return [
    { path: `${moorageFolder}/package.json`, content: `${JSON.stringify(manifest, null, 2)}\n` },
    { path: `${moorageFolder}/.gitignore`, content: "node_modules\n" },
  ];
}
