import { type DeploymentEvent, linksOf, summaryOf } from "./event.js";
import type { Channel } from "./message.js";

const signs = {
  started: ":rocket:",
  succeeded: ":white_check_mark:",
  failed: ":x:",
  "rolled back": ":leftwards_arrow_with_hook:",
};

/** An incoming webhook. Source: Slack, "Sending messages using incoming webhooks", "Block Kit". */
export const slack: Channel = {
  title: "Slack",
  variable: "MOORAGE_NOTIFY_SLACK",
  messages: (event, { url }) => [
    { url, headers: {}, body: { text: escaped(summaryOf(event)), blocks: blocksOf(event) } },
  ],
};

function blocksOf(event: DeploymentEvent): unknown[] {
  const links = linksOf(event).map(({ text, href }) => `<${encodeURI(href)}|${escaped(text)}>`);
  return [
    section(`${signs[event.kind]} ${escaped(summaryOf(event))}`),
    ...(event.reason === null ? [] : [section(`\`\`\`${escaped(event.reason).replaceAll("`", "'")}\`\`\``)]),
    ...(links.length === 0
      ? []
      : [{ type: "context", elements: [{ type: "mrkdwn", text: links.join(" · ") }] }]),
  ];
}

function section(text: string): unknown {
  return { type: "section", text: { type: "mrkdwn", text } };
}

/** Source: Slack, "Formatting text for app surfaces": these three, and no others. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
