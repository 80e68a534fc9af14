import type { Invocation } from "../../../core/command.js";
import { badRequest, type MoorageError } from "../../../core/errors.js";
import { openTerminal, type Terminal } from "../../../core/prompt.js";
import { type Folder, defaultAnswer } from "./detect-app.js";
import { mistakeIn, type Question, type QuestionName, questions } from "./questions.js";

export type Given = Partial<Record<QuestionName, string>>;

const tries = 3;

/**
 * An answer to each question: what was given, else what a person at the terminal says, else (with `takeDefaults`, or
 * where nobody is there) what suggests itself. Raises `answers-missing` or `answers-wrong` (exit 2), naming all of them.
 */
export async function collectAnswers(
  given: Given,
  folder: Folder,
  takeDefaults: boolean,
  invocation: Pick<Invocation, "json" | "signal" | "env">,
): Promise<Given> {
  const wrong = questions.flatMap((question) => wrongAnswer(question, given[question.name]));
  if (wrong.length > 0) throw refused("answers-wrong", wrong.join("\n"), "Give what is expected there.");
  const terminal = takeDefaults ? undefined : await openTerminal(invocation);
  const answered: Given = { ...given };
  try {
    for (const question of questions) {
      if (given[question.name] !== undefined) continue;
      const suggested = defaultAnswer(question.name, folder, answered, invocation.env);
      const usable = suggested !== undefined && mistakeIn(question, suggested) === undefined;
      const fallback = usable ? suggested : undefined;
      answered[question.name] = terminal ? await askFor(terminal, question, fallback) : fallback;
    }
  } finally {
    terminal?.close();
  }
  const missing = questions.filter(({ name, optional }) => !optional && answered[name] === undefined);
  if (missing.length > 0) throw missingAnswers(missing);
  return answered;
}

function wrongAnswer(question: Question, answer: string | undefined): string[] {
  const mistake = answer === undefined ? undefined : mistakeIn(question, answer);
  return mistake === undefined ? [] : [`--${question.name} ${JSON.stringify(answer)}: ${mistake}`];
}

async function askFor(
  terminal: Terminal,
  question: Question,
  fallback: string | undefined,
): Promise<string | undefined> {
  let text = `${question.ask}${fallback === undefined ? "" : ` [${fallback}]`}: `;
  for (let attempt = 1; attempt <= tries; attempt++) {
    const answer = (await terminal.ask(text)) || fallback;
    if (answer === undefined && question.optional) return undefined;
    const mistake = answer === undefined ? "it is required" : mistakeIn(question, answer);
    if (mistake === undefined) return answer;
    text = `${mistake}: `;
  }
  return undefined;
}

function missingAnswers(missing: readonly Question[]): MoorageError {
  const lines = missing.map(({ name, ask }) => `  --${name}: ${ask}`);
  return refused(
    "answers-missing",
    `These could not be detected:\n${lines.join("\n")}`,
    "Add these options, or run `moorage init` in a terminal, where it asks.",
  );
}

function refused(code: "answers-wrong" | "answers-missing", message: string, hint: string): MoorageError {
  return badRequest(code, message, hint);
}
