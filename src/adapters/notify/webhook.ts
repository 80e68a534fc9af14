import type { Channel } from "./message.js";

/** Any HTTP endpoint: the event itself, as JSON. `user:password@` in the URL becomes basic authentication. */
export const webhook: Channel = {
  title: "the webhook",
  variable: "MOORAGE_NOTIFY_WEBHOOK",
  messages: (event, { url, key }) => [
    { url, headers: { ...(key && { authorization: basic(key) }) }, body: event },
  ],
};

function basic(key: string): string {
  return `Basic ${Buffer.from(key).toString("base64")}`;
}
