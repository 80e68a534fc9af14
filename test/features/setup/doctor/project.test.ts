import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readProject } from "../../../../src/core/project/project.js";
import { projectFindings } from "../../../../src/features/setup/doctor/project.js";
import { temporaryFolder } from "../../../harness/folder.js";

/** What doctor says of `foundation-dev` with these load balancers. */
async function saidOf(stack: string, loadBalancers: string): Promise<string | undefined> {
  const folder = temporaryFolder();
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  write(
    "Pulumi.yaml",
    "name: hello\nruntime: nodejs\nconfig:\n  moorage:app: hello\n  aws:region: us-east-1\n",
  );
  write(
    `Pulumi.${stack}.yaml`,
    `config:\n  moorage:listener: { protocol: HTTP }\n  moorage:loadBalancers: ${loadBalancers}\n`,
  );
  const findings = await Promise.all(projectFindings(await readProject(folder)));
  const found = findings.find(({ check }) => check.includes(stack));
  expect(found?.result).toBe("OK");
  return found?.message;
}

it("F51: doctor says the risk of load balancers that previews share with the environments", async () => {
  expect(await saidOf("foundation-dev", "{ previews: shared }")).toContain("a pull request can take");
  expect(await saidOf("foundation-dev", "{ previews: own }")).toBe("It has no mistakes.");
  expect(await saidOf("foundation-prod", "{ previews: shared }")).toBe("It has no mistakes.");
});
