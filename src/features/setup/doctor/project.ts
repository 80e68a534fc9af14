import { readEnvironment } from "../../../context/environment-stack.js";
import { type Project, stackFileName } from "../../../core/project/project.js";
import { readInfraStack } from "../infra/stack.js";
import { stackKind } from "../../../core/project/stack-kind.js";
import {
  type Finding,
  find,
  type Judgement,
  pass,
  judgeRefusal,
  skip,
} from "../../inspect/verify/finding.js";
import type { Missing } from "./doctor-input.js";

/** Whether every file of the project can be used. */
export function projectFindings(project: Project | Missing): Promise<Finding>[] {
  if ("missing" in project) {
    const judgement = skip(`${project.missing} \`moorage init\` writes one.`);
    return [find("project/Pulumi.yaml", async () => judgement)];
  }
  return [
    find("project/Pulumi.yaml", async () =>
      pass(`${project.name}, with ${project.environments.length} stacks.`),
    ),
    ...project.environments.map((stack) =>
      find(`project/${stackFileName(project, stack)}`, () => judgeFile(project.folder, stack)),
    ),
  ];
}

async function judgeFile(folder: string, stack: string): Promise<Judgement> {
  const kind = stackKind(stack);
  if (kind === undefined || kind === "preview")
    return skip(`${stack} is not a stack name that Moorage knows.`);
  try {
    if (kind === "environment") {
      await readEnvironment(folder, stack);
      return pass("It has no mistakes.");
    }
    const { sharesBalancers } = await readInfraStack(folder, stack);
    const risk = sharesBalancers
      ? " Previews share the environments' load balancer (`loadBalancers: { previews: shared }`): a pull request can take the environments' requests."
      : "";
    return pass(`It has no mistakes.${risk}`);
  } catch (error) {
    return judgeRefusal(error);
  }
}
