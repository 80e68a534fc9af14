/** The words of a command line as a POSIX shell quotes them: the agent of Session Manager splits a session's command so. */
export function splitCommand(line: string): string[] {
  const words: string[] = [];
  const part = /\s+|'([^']*)'|"((?:[^"\\]|\\[^])*)"|\\([^])|([^\s'"\\]+)|(["'\\])/g;
  let word: string | undefined;
  for (const [all, single, double, escaped, plain, broken] of line.matchAll(part)) {
    if (/^\s/.test(all)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    word =
      (word ?? "") + (single ?? double?.replace(/\\(["\\$`])/g, "$1") ?? escaped ?? plain ?? broken ?? "");
  }
  return word === undefined ? words : [...words, word];
}
