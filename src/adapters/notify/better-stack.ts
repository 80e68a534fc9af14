import { summaryOf } from "./event.js";
import type { Channel } from "./message.js";

const levels = { started: "info", succeeded: "info", failed: "error", "rolled back": "warn" };

/**
 * A structured event for a Better Stack source, which dashboards and alerts are made from: there is no endpoint for
 * deployments of its own. Source: Better Stack, "Ingesting logs: HTTP REST API".
 */
export const betterStack: Channel = {
  title: "Better Stack",
  variable: "MOORAGE_NOTIFY_BETTER_STACK",
  service: "https://in.logs.betterstack.com/",
  messages: (event, { url, key }) => [
    {
      url,
      headers: { authorization: `Bearer ${key ?? ""}` },
      body: { dt: event.at, level: levels[event.kind], message: summaryOf(event), deployment: event },
    },
  ],
};
