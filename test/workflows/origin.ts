import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Document, parseDocument } from "yaml";
import { root } from "../harness/sandbox.js";
import { folder, names, type Step } from "./files.js";

const manifest = {
  name: "hello-project",
  version: "1.0.0",
  private: true,
  type: "module",
  bin: { moorage: "moorage.js" },
  scripts: { lint: "node --check examples/hello/server.js", test: "node --check examples/hello/server.js" },
};

/** An app's repository on this machine: its project, the example app, and the workflows as act can read them. */
export class Origin {
  constructor(readonly folder: string) {
    mkdirSync(join(folder, "examples"), { recursive: true });
    for (const file of ["Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.staging.yaml", "Pulumi.prod.yaml"]) {
      cpSync(join(root, file), join(folder, file));
    }
    cpSync(join(root, "examples/hello"), join(folder, "examples/hello"), { recursive: true });
    const { name, version } = manifest;
    const lock = { name, version, lockfileVersion: 3, requires: true, packages: { "": { name, version } } };
    this.write("package.json", JSON.stringify(manifest));
    this.write("package-lock.json", JSON.stringify(lock));
    this.write("moorage.js", `#!/usr/bin/env node\nimport ${JSON.stringify(join(root, "dist/main.js"))};\n`);
    releaseCommit(`${folder}.moorage`);
    this.write(".gitignore", "node_modules\n");
    this.git("init", "--quiet", "--initial-branch=main");
    this.commit("The first version");
  }

  write(file: string, content: string): void {
    writeFileSync(join(this.folder, file), content, { mode: 0o755 });
  }

  git(...args: string[]): string {
    const person = [
      "-c",
      "user.name=Octo Cat",
      "-c",
      "user.email=octocat@example.com",
      "-c",
      "core.hooksPath=/dev/null",
    ];
    return execFileSync("git", [...person, ...args], {
      cwd: this.folder,
      encoding: "utf8",
      env: clean(),
    }).trim();
  }

  /** Commits everything on the branch that is checked out, and gives the commit. */
  commit(message: string): string {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--message", message);
    return this.git("rev-parse", "HEAD");
  }

  /** A commit on a branch of its own; main is checked out again. */
  branch(name: string, file: string, content: string): string {
    this.git("checkout", "--quiet", "-B", name);
    this.write(file, content);
    const commit = this.commit(`${file} on ${name}`);
    this.git("checkout", "--quiet", "main");
    return commit;
  }
}

/** What a release's commit of Moorage holds, as far as workflows run it; the bundle itself stays where it was built. */
function releaseCommit(folder: string): void {
  mkdirSync(join(folder, "dist"), { recursive: true });
  cpSync(join(root, "bin"), join(folder, "bin"), { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "moorage", type: "module" }));
  writeFileSync(join(folder, "dist/main.js"), `import ${JSON.stringify(join(root, "dist/main.js"))};\n`);
}

/** Git's own variables of whoever runs the tests would point it elsewhere. */
function clean(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_")));
}

/** The two keys that act does not know: they say how runs wait, and act runs one. */
export function dropUnknownKeys(document: Document, jobs: readonly string[]): void {
  for (const id of jobs)
    for (const path of [
      ["jobs", id, "environment", "deployment"],
      ["jobs", id, "concurrency", "queue"],
    ])
      if (document.hasIn(path)) document.deleteIn(path);
}

/** How a repository has Moorage: from the commit of the workflows, or as a file of its own (`init --install`). */
export type Installation = "action" | "vendor";

/**
 * Copies the workflows without the keys that act does not know. Vendored, they are as `init` writes them: without the steps that install, and with another command in MOORAGE.
 */
export function workflowsForAct(target: string, installation: Installation): void {
  mkdirSync(target, { recursive: true });
  for (const name of names) {
    const document = parseDocument(readFileSync(join(folder, `${name}.yml`), "utf8"));
    const { jobs } = document.toJS() as { jobs: Record<string, { steps: Step[] }> };
    dropUnknownKeys(document, Object.keys(jobs));
    for (const [id, { steps }] of Object.entries(jobs)) {
      if (installation === "vendor")
        document.setIn(
          ["jobs", id, "steps"],
          steps.filter((step) => step.name !== "Install Moorage"),
        );
    }
    if (installation === "vendor") document.setIn(["env", "MOORAGE"], "node moorage.js");
    writeFileSync(join(target, `${name}.yml`), document.toString());
  }
}
