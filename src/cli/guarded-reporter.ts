import { redacted, safeError, safeText } from "../core/redaction.js";
import type { Reporter } from "../core/reporter.js";
import { traceLine } from "../core/trace.js";
import { errorText } from "./error-text.js";
import { secretsOf } from "../core/secret-variables.js";
import { shownJson, shownOutput } from "../core/shown.js";

type Output = { write(text: string): unknown };

/** In a result, which programs read, only what cannot be an ordinary word is taken for a secret. */
const shortestInResult = 8;

/**
 * The same reporter, which is given no secret and nothing that whoever reads obeys: messages, errors and results are made safe
 * here, once, for every kind of host (F28, F54). It also remembers what is to be masked.
 */
export function guardedReporter(
  reporter: Reporter,
  output: Output,
  env: NodeJS.ProcessEnv,
  verbose = false,
): Reporter {
  const secrets = new Set(secretsOf(env));
  const masked = () => [...new Set([...secrets, ...(reporter.masked?.() ?? [])])];
  const safe = (text: string) => safeText({ masked }, text);
  const inResults = () => masked().filter((secret) => secret.length >= shortestInResult);
  return {
    ...reporter,
    masked,
    mask(secret) {
      secrets.add(secret);
      reporter.mask?.(secret);
    },
    notify(message) {
      const hint = "hint" in message && message.hint !== undefined ? { hint: safe(message.hint) } : {};
      reporter.notify({ ...message, text: safe(message.text), ...hint });
    },
    ...(verbose && {
      trace: (call) => reporter.notify({ kind: "detail", text: safe(traceLine(call)) }),
    }),
    fail(error) {
      const told = safeError({ masked }, error);
      if (reporter.fail) reporter.fail(told);
      else output.write(errorText(told));
    },
    inert(text, form) {
      const told = form === "json" ? safeJson(text, inResults()) : shownOutput(redacted(text, inResults()));
      return reporter.inert?.(told, form) ?? told;
    },
  };
}

function safeJson(json: string, secrets: readonly string[]): string {
  const end = json.endsWith("\n") ? "\n" : "";
  return `${shownJson(redacted(JSON.parse(json) as unknown, secrets))}${end}`;
}
