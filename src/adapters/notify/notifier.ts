import type { Config } from "../../core/project/schema.js";
import type { Reporter } from "../../core/reporter.js";
import { parseAddress } from "./address.js";
import { betterStack } from "./better-stack.js";
import type { DeploymentEvent } from "./event.js";
import type { Channel, Message } from "./message.js";
import { pagerDuty } from "./pager-duty.js";
import { slack } from "./slack.js";
import { webhook } from "./webhook.js";

/** `moorage:notify`: text, or a secret that only the engine decrypts. */
export type Addresses = Config["notify"];

/** Sends notifications about deployments. */
export interface Notifier {
  /** Whether any channel is configured. */
  isUsed(addresses: Addresses): boolean;
  /** Notifies all channels at once, within `timeoutMs` (milliseconds). Never rejects: a channel that fails is a warning. */
  tell(event: DeploymentEvent, addresses: Addresses, timeoutMs: number): Promise<void>;
}

const channels: Record<keyof Addresses, Channel> = { slack, betterStack, pagerDuty, webhook };
const names = Object.keys(channels) as (keyof Addresses)[];

/** Variables of the environment (`MOORAGE_NOTIFY_SLACK`, ...) win over the configuration. */
export function createNotifier({ env, reporter }: { env: NodeJS.ProcessEnv; reporter: Reporter }): Notifier {
  const given = (name: keyof Addresses, addresses: Addresses) =>
    env[channels[name].variable] || addresses[name] || undefined;
  return {
    isUsed: (addresses) => names.some((name) => given(name, addresses) !== undefined),
    async tell(event, addresses, timeoutMs) {
      const tellOne = async (name: keyof Addresses) => {
        const problem = await tellChannel(channels[name], given(name, addresses), event, timeoutMs);
        if (problem === undefined) return;
        const text = `${channels[name].title} could not be notified that ${event.environment} ${event.kind}: ${problem}`;
        reporter.notify({ kind: "warning", text });
      };
      await Promise.all(names.map(tellOne));
    },
  };
}

/** What went wrong, with nothing of the address in it (F28). */
async function tellChannel(
  channel: Channel,
  given: Addresses[keyof Addresses],
  event: DeploymentEvent,
  timeoutMs: number,
): Promise<string | undefined> {
  if (given === undefined) return undefined;
  if (typeof given === "object") {
    return `its address is a secret that only the engine can decrypt, and the engine did not run. Set ${channel.variable} to be notified in any case.`;
  }
  const address = parseAddress(given, channel.service);
  if (address === undefined) return "its address is neither an https URL nor a key.";
  const messages = channel.messages(event, address);
  const problems = await Promise.all(messages.map((message) => post(message, timeoutMs)));
  return problems.find((problem) => problem !== undefined);
}

async function post({ url, headers, body }: Message, timeoutMs: number): Promise<string | undefined> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": "moorage", ...headers },
      body: JSON.stringify(body),
      // A redirect is not followed: its target must not get what was meant for this URL.
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.body?.cancel();
    return response.ok ? undefined : `it answered ${response.status}.`;
  } catch (error) {
    return error instanceof Error && error.name === "TimeoutError"
      ? `it did not answer within ${timeoutMs / 1000} s.`
      : `it cannot be reached${codeOf(error)}.`;
  }
}

/** The system's code (`ECONNREFUSED`); messages may hold the address. */
function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
}
