import type { MoorageError } from "./errors.js";
import type { Trace } from "./trace.js";

/** What a command tells while it runs. Results are not messages: a command returns its result. */
export type Message =
  /** A new phase has begun: "Creating pr-42". Ends the one before. */
  | { kind: "step"; text: string }
  /** Something happened within the phase: a resource, a service event. */
  | { kind: "detail"; text: string }
  /** How far the phase is; replaces the last such line in a terminal, and is dropped elsewhere. */
  /** `subject`: what it is about, where several things go on at once; each keeps a line of its own in a terminal. */
  | { kind: "progress"; text: string; subject?: string }
  | { kind: "warning"; text: string; hint?: string }
  /** What somebody wants to see first, a URL for one: a workflow's runner shows it beside its graph. */
  | { kind: "notice"; title: string; text: string };

/** The edge that shows messages. It never decides anything. */
export interface Reporter {
  notify(message: Message): void;
  /** Shows the error that the run ended with; without it main writes it to stderr. */
  fail?(error: MoorageError): void;
  /** The text of a result as whoever reads stdout may be given it; a workflow's runner takes some lines for commands. */
  inert?(text: string, form: "json" | "text"): string;
  /** Hides a secret in whatever is printed from now on, where others keep the log (a workflow's runner). */
  mask?(secret: string): void;
  /** What was given to `mask`, line by line. */
  masked?(): readonly string[];
  /** Is told each call to AWS, GitHub, registries, Pulumi Cloud, the engine and Docker or Podman; there with `--verbose` only. */
  trace?: Trace;
  /** Ends any line that is still being redrawn. */
  close(): void;
}

export const silentReporter: Reporter = { notify: () => undefined, close: () => undefined };
