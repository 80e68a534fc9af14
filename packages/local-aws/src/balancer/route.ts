import type { Action } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { RoutedListener } from "../services/elbv2/routing.js";
import type { ListenerRow, LoadBalancerRow } from "../services/elbv2/rows.js";
import { compileConditions, type Matcher, type Request } from "./match.js";

/** What a request is answered with, by which load balancer. */
export interface Route {
  loadBalancer: LoadBalancerRow;
  listener: ListenerRow;
  action: Action;
}

export type Router = (request: Request) => Route | undefined;

/**
 * Compiles the rules of all listeners into one function: this target has one port, so a host decides which load balancer
 * is meant. A listener's rules are tried by priority. Its default action holds only for a request to its load balancer's
 * own DNS name, since any other unmatched host could be meant for any of them.
 */
export function compileRouter(listeners: readonly RoutedListener[]): Router {
  const compiled = listeners.map(({ loadBalancer, listener, rules }) => ({
    loadBalancer,
    listener,
    default: listener.defaultActions[0],
    rules: rules.flatMap((rule) => {
      const [action] = rule.actions;
      return action ? [{ matches: compileConditions(rule.conditions), action }] : [];
    }),
  }));
  return (request) => {
    const addressed = compiled.filter(({ loadBalancer }) => loadBalancer.dnsName === request.host);
    for (const { loadBalancer, listener, rules } of addressed.length > 0 ? addressed : compiled) {
      const action = firstMatch(rules, request);
      if (action) return { loadBalancer, listener, action };
    }
    const [first] = addressed;
    if (!first?.default) return undefined;
    return { loadBalancer: first.loadBalancer, listener: first.listener, action: first.default };
  };
}

function firstMatch(rules: { matches: Matcher; action: Action }[], request: Request): Action | undefined {
  return rules.find((rule) => rule.matches(request))?.action;
}

/** The Host header without its port, in lower case: ports differ from AWS's, so none takes part in routing. */
export function hostOf(header: string | undefined): string {
  const host = (header ?? "").toLowerCase();
  return host.startsWith("[") ? host.slice(0, host.indexOf("]") + 1) : (host.split(":")[0] ?? "");
}

/** Where a redirect action sends a request; `#{...}` stand for the request's own parts. */
export function redirectLocation(
  config: NonNullable<Action["RedirectConfig"]>,
  request: { protocol: string; host: string; port: number; path: string; query: string },
): string {
  const fill = (template: string) =>
    template
      .replaceAll("#{protocol}", request.protocol)
      .replaceAll("#{host}", request.host)
      .replaceAll("#{port}", String(request.port))
      .replaceAll("#{path}", request.path.replace(/^\//, ""))
      .replaceAll("#{query}", request.query);
  const protocol = fill(config.Protocol ?? "#{protocol}").toLowerCase();
  const query = fill(config.Query ?? "#{query}");
  const authority = `${fill(config.Host ?? "#{host}")}:${fill(config.Port ?? "#{port}")}`;
  return `${protocol}://${authority}${fill(config.Path ?? "/#{path}")}${query === "" ? "" : `?${query}`}`;
}
