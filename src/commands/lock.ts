import { defineCommand } from "../core/command.js";
import { badRequest } from "../core/errors.js";
import { safeText } from "../core/redaction.js";
import { onEnvironment } from "./on-environment.js";
import { durationMs, environment } from "./options.js";

export const lock = defineCommand({
  name: "lock",
  describe: "Blocks all deployments of an environment until somebody unlocks it; a running one continues",
  positionals: { environment },
  options: {
    reason: { type: "text", describe: "The reason, shown to anyone who tries to deploy", required: true },
    until: {
      type: "text",
      describe: "When the lock expires: a duration (2h), or 2026-12-24T08:00Z; without a time zone it is UTC",
    },
  },
  examples: ['$0 lock prod --reason "Christmas" --until 72h'],
  async run(args, invocation) {
    const [{ amend }, { freezeOf, frozen }] = await Promise.all([
      import("../adapters/record/amend.js"),
      import("../adapters/record/freeze.js"),
    ]);
    const now = new Date();
    // Others read it in their terminals.
    const reason = safeText(invocation.reporter, args.reason.replace(/\p{Cc}+/gu, " ").trim());
    if (reason === "") throw badRequest("bad-arguments", "--reason is empty.", "Say why in a few words.");
    const until = args.until === undefined ? undefined : await endOf(args.until, now);
    return onEnvironment(invocation, args.environment, async (context, { environment: stack }) => {
      const { user: by } = context.owner;
      const freeze = { by, reason, since: now.toISOString(), ...(until !== undefined && { until }) };
      await amend(context.records, { project: context.project, stack }, (record) => {
        const standing = freezeOf(record, now);
        if (standing && standing.by !== by) throw frozen(stack, standing);
        return { freeze };
      });
      const end = until === undefined ? "until it is unlocked" : `until ${until}`;
      return { value: { environment: stack, ...freeze }, text: `${stack} is locked ${end}: ${reason}\n` };
    });
  },
});

/** The end of the year 9999: ISO 8601 has four digits for a year, and no Date goes much further. */
const latestMs = Date.UTC(10_000, 0) - 1;

/** ISO 8601, in the future. Raises `bad-arguments` (exit 2) for a day that no calendar has, too. */
export async function endOf(text: string, now: Date): Promise<string> {
  const isDate = /^\d{4}-\d{2}-\d{2}/.test(text);
  const end = isDate ? timeOf(text) : now.getTime() + (await durationMs("--until", text));
  if (end > now.getTime() && end <= latestMs) return new Date(end).toISOString();
  throw badRequest(
    "bad-arguments",
    `--until ${JSON.stringify(text)} is ${end > latestMs ? "too far" : "no time"} in the future.`,
    "Use a time such as 2026-12-24T08:00:00Z or 2026-12-24T08:00+01:00 (without a time zone it is UTC), or a duration such as 2h.",
  );
}

/** Milliseconds since the epoch; NaN for what is no time. Without a zone it is UTC, wherever it is typed. */
function timeOf(text: string): number {
  const [, day = "", time = "T00:00", zone = "Z"] =
    /^(\d{4}-\d{2}-\d{2})(?:([T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)(Z|[+-]\d{2}:\d{2})?)?$/i.exec(text) ??
    [];
  // Date.parse makes 3 March of 31 February.
  const midnight = new Date(`${day}T00:00Z`);
  if (Number.isNaN(midnight.getTime()) || midnight.toISOString().slice(0, 10) !== day) return NaN;
  return Date.parse(`${day}${time.replace(" ", "T")}${zone}`.toUpperCase());
}
