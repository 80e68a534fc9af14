import { type DeploymentEvent, linksOf, summaryOf } from "./event.js";
import type { Address } from "./address.js";
import type { Channel, Message } from "./message.js";

/**
 * A failure is an alert, one per environment until it is resolved; a success resolves it and is a change event, which
 * wakes nobody. Source: PagerDuty, "Events API v2": "Send an Alert Event", "Send a Change Event".
 */
export const pagerDuty: Channel = {
  title: "PagerDuty",
  variable: "MOORAGE_NOTIFY_PAGER_DUTY",
  service: "https://events.pagerduty.com/",
  messages(event, address) {
    if (event.kind === "started") return [];
    if (event.kind === "succeeded") return [change(event, address), resolve(event, address)];
    return [trigger(event, address)];
  },
};

function trigger(event: DeploymentEvent, address: Address): Message {
  const severity = event.kind === "rolled back" ? "warning" : "error";
  return enqueue(address, {
    ...alertOf("trigger", event),
    payload: {
      ...payloadOf(event),
      severity,
      component: event.project,
      group: event.environment,
      class: "deployment",
    },
    links: linksOf(event),
    client: "Moorage",
    ...(event.run !== null && { client_url: event.run }),
  });
}

function resolve(event: DeploymentEvent, address: Address): Message {
  return enqueue(address, alertOf("resolve", event));
}

function change(event: DeploymentEvent, { url, key = "" }: Address): Message {
  const body = { routing_key: key, payload: payloadOf(event), links: linksOf(event) };
  return { url: new URL("v2/change/enqueue", url).href, headers: {}, body };
}

function enqueue({ url, key = "" }: Address, body: object): Message {
  return { url: new URL("v2/enqueue", url).href, headers: {}, body: { routing_key: key, ...body } };
}

function alertOf(action: "trigger" | "resolve", { project, environment }: DeploymentEvent): object {
  return { event_action: action, dedup_key: `moorage/${project}/${environment}` };
}

/** A summary has at most 1,024 characters. */
function payloadOf(event: DeploymentEvent): object {
  return {
    summary: summaryOf(event).slice(0, 1024),
    source: `${event.project}/${event.environment}`,
    timestamp: event.at,
    custom_details: event,
  };
}
