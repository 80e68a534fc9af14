import { z } from "zod";

/** What stands for something in braces: the stack, its pull request, the task's image tag, its service's host and URL. */
export const placeholders = ["stack", "pr", "tag", "host", "url"] as const;

export type Placeholder = (typeof placeholders)[number];

/** Those that are known before anything else is: they may stand in names too. */
export const namePlaceholders = ["stack", "pr"] as const satisfies Placeholder[];

const words = placeholders.join("|");

/** `${stack}`, `#{host}` and `%{url}` are other languages' own, and stay; `{{stack}}` is the text `{stack}` itself. */
const pattern = new RegExp(`(?<![$#%])\\{\\{(${words})\\}\\}|(?<![$#%{])\\{(${words})\\}`, "g");

/** The placeholders of a text, each once. */
export function placeholdersIn(text: string): Placeholder[] {
  const found = [...text.matchAll(pattern)].flatMap(([, , word]) => (word ? [word as Placeholder] : []));
  return [...new Set(found)];
}

/** The text with what its placeholders stand for. All else in braces stays as it is. */
export function fillPlaceholders(text: string, valueOf: (word: Placeholder) => string): string {
  return text.replace(pattern, (_whole, kept: string | undefined, word: string | undefined) =>
    word === undefined ? `{${kept ?? ""}}` : valueOf(word as Placeholder),
  );
}

/** A text that is filled to what it was: for what is not written by the configuration's author. */
export function withoutPlaceholders(text: string): string {
  return text.replace(pattern, (whole) => `{${whole}}`);
}

/** A name that must match once its placeholders stand for something. */
export function nameMatching(rule: RegExp, expectation: string): z.ZodString {
  const error = `must be ${expectation}`;
  return z.string({ error }).refine((text) => rule.test(text.replace(/\{[A-Za-z]+\}/g, "x")), { error });
}
