import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readInfraStack } from "../../../../src/features/setup/infra/stack.js";
import { temporaryFolder } from "../../../harness/folder.js";
import { initGit } from "../../../harness/git.js";

it("adoption A3: infra up tells the programs the default branch that git knows, unless the configuration names one", async () => {
  const folder = temporaryFolder();
  const git = initGit(folder);
  git.run("branch", "--move", "master");
  git.commit("one");
  writeFileSync(join(folder, "Pulumi.yaml"), "name: hello\nruntime: nodejs\n");
  const file = join(folder, "Pulumi.github.yaml");
  const write = (main: string) =>
    writeFileSync(
      file,
      `config: { moorage:app: hello, moorage:repository: acme/hello, moorage:main: ${main} }\n`,
    );
  write("{ approvals: 2 }");
  const { raw } = await readInfraStack(folder, "github");
  expect(raw["moorage:main"]).toEqual({ approvals: 2, branch: "master" });
  write('{ branch: "release/*" }');
  expect((await readInfraStack(folder, "github")).raw["moorage:main"]).toEqual({ branch: "release/*" });
});
