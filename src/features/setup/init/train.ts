import type { Answers } from "./answers.js";

/** The environments in the order in which a change travels. */
export function environmentOrder({ environments }: Pick<Answers, "environments">): string[] {
  return environments.map(({ name }) => name);
}

/** The last of several, which customers see; undefined where there is only one. */
export function lastOf(answers: Pick<Answers, "environments">): string | undefined {
  const [, ...train] = environmentOrder(answers);
  return train.at(-1);
}

/** How a release comes to each environment after the first: by itself, unless somebody approves it; to the last by a person. */
export function gatesOf(answers: Answers): [environment: string, gate: "auto" | "approval" | "manual"][] {
  const [, ...train] = environmentOrder(answers);
  return train.map((name) => {
    if (name in answers.reviewers) return [name, "approval"];
    return [name, name === lastOf(answers) ? "manual" : "auto"];
  });
}
