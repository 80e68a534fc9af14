import { parseFoundationConfig } from "../../../core/project/foundation.js";
import { readStackFile, type Project } from "../../../core/project/project.js";
import type { GitHub } from "../../../adapters/github/client.js";
import { hasUsualSubject } from "../../../adapters/github/settings.js";
import { stackKind } from "../../../core/project/stack-kind.js";
import { type Judgement, fail, pass } from "../../inspect/verify/finding.js";
import { prefixOf } from "./oidc.js";
import type { Missing } from "./doctor-input.js";
import type { Tokens } from "./tokens.js";

/** The form of the subjects, and whether the foundations' roles are made for it. */
export async function judgeSubjectForm(
  github: GitHub,
  tokens: Tokens,
  project: Project | Missing,
): Promise<Judgement> {
  const { repository, facts, form } = tokens;
  if (!(await hasUsualSubject(github))) {
    return fail("Its subjects use custom claims: reset them to the default, which the roles trust.");
  }
  const [names, ids] = [prefixOf(repository, facts, "names"), prefixOf(repository, facts, "ids")];
  if (form === undefined) {
    return pass(`Subjects begin with ${names}; if it was renamed or moved since 2026-07-15, with ${ids}.`);
  }
  const wrong = "missing" in project ? [] : await foundationsOfOtherForm(project, form);
  if (wrong.length === 0) return pass(`Subjects begin with ${form === "ids" ? ids : names}.`);
  const setting =
    form === "ids"
      ? `{ subject: ids, repositoryId: ${facts.id}, ownerId: ${facts.ownerId} }`
      : "{ subject: names }";
  return fail(
    `Subjects begin with ${form === "ids" ? ids : names}: set moorage:github ${setting} in ${wrong.join(", ")}, ` +
      "and run `moorage infra up` for it.",
  );
}

async function foundationsOfOtherForm(project: Project, form: Tokens["form"]): Promise<string[]> {
  const stacks = project.environments.filter((name) => stackKind(name) === "foundation");
  const read = await Promise.all(
    stacks.map(async (stack) => {
      const file = await readStackFile(project, stack);
      const { github } = parseFoundationConfig(file.config, file.source, file);
      return github !== undefined && github.subject !== form ? file.source : undefined;
    }),
  );
  return read.filter((source) => source !== undefined);
}
