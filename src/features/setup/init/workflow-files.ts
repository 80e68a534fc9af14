import { isMap, isScalar, isSeq, type YAMLMap } from "yaml";
import type { Answers } from "./answers.js";
import { callerOf } from "./caller.js";
import type { ScaffoldFile } from "./file.js";
import type { PublishedWorkflow } from "./published.js";
import { environmentOrder } from "./train.js";
import { readWorkflow } from "./workflow.js";

/** From the repository's top. */
export const moorageFolder = ".github/moorage";

/**
 * A caller of each workflow that can be called, under a name that no workflow of the app's own is likely to have. GitHub
 * looks for workflows at the repository's top only; there, an app of several has its name in its callers'.
 */
export function workflowFiles(answers: Answers, published: readonly PublishedWorkflow[]): ScaffoldFile[] {
  const values = valuesOf(answers);
  const { app, place } = answers;
  const up = place === "" ? "" : "../".repeat(place.split("/").length);
  const prefix = place === "" ? "moorage" : `moorage-${app}`;
  const callers = published.flatMap(({ name, text }) => {
    const workflow = readWorkflow(text);
    if (workflow === undefined) return [];
    if (place !== "") watchIn(place, workflow.triggers);
    const content = callerOf(workflow, { name, version: answers.version, values });
    return [{ path: `${up}.github/workflows/${prefix}-${name}.yml`, content }];
  });
  return [...callers, ...ownLock(up, answers)];
}

/**
 * Moorage alone: jobs that have a role install from here, so that nothing of the app's dependencies runs beside a role. The
 * lock file is npm's to write.
 */
function ownLock(up: string, { version }: Answers): ScaffoldFile[] {
  const manifest = { private: true, dependencies: { moorage: version.tarball } };
  return [
    { path: `${up}${moorageFolder}/package.json`, content: `${JSON.stringify(manifest, null, 2)}\n` },
    { path: `${up}${moorageFolder}/.gitignore`, content: "node_modules\n" },
  ];
}

/** Path filters begin at the repository's top: there, they would not see the app's files. */
function watchIn(place: string, triggers: YAMLMap): void {
  for (const { value: trigger } of triggers.items) {
    const paths = isMap(trigger) ? trigger.get("paths") : undefined;
    if (!isSeq(paths)) continue;
    for (const path of paths.items) {
      if (isScalar(path)) path.value = `${place}/${String(path.value)}`;
    }
  }
}

/** What pull requests are checked by, as a commit shows it. */
export function checkNames(published: readonly PublishedWorkflow[]): string[] {
  const text = published.find(({ name }) => name === "checks")?.text;
  const jobs = text === undefined ? [] : (readWorkflow(text)?.jobs ?? []);
  return jobs.map((job) => `checks / ${job}`);
}

function valuesOf(answers: Answers): Record<string, string> {
  const { commands, place } = answers;
  const [base = "dev"] = environmentOrder(answers);
  return {
    ...commands,
    base,
    ...(place !== "" && { cwd: place }),
    moorage: moorageFolder,
    environments: JSON.stringify(environmentOrder(answers)),
  };
}
