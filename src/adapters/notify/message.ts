import type { DeploymentEvent } from "./event.js";
import type { Address } from "./address.js";

/** One HTTP POST of JSON that tells a channel about an event. */
export interface Message {
  url: string;
  headers: Record<string, string>;
  body: unknown;
}

/** The messages for a channel; none if it ignores the event. */
export interface Channel {
  /** For warnings: `Slack`. */
  title: string;
  /** Environment variable that wins over the configuration. */
  variable: string;
  /** Where a key alone is used. */
  service?: string;
  messages(event: DeploymentEvent, address: Address): Message[];
}
