import type { Message } from "../core/reporter.js";

/** What is under way, as the lines that a terminal redraws: the phase with its time, and each subject's last progress. */
export class LiveView {
  private phase = "";
  private since = 0;
  private readonly lines = new Map<string, string>();

  /** `now` in milliseconds since the epoch. A step ends what the phase before had to tell. */
  take(message: Message, now: number): void {
    if (message.kind === "step") {
      this.phase = message.text;
      this.since = now;
      this.lines.clear();
    }
    if (message.kind === "progress") this.lines.set(message.subject ?? "", message.text);
  }

  /** Each line is indented below the first, which a spinner stands before. */
  text(now: number): string {
    const seconds = Math.floor((now - this.since) / 1000);
    const title = this.phase === "" ? "" : seconds < 1 ? this.phase : `${this.phase} (${seconds} s)`;
    return [title, ...[...this.lines.values()].map((line) => `  ${line}`)].filter(Boolean).join("\n");
  }
}
