import type { Action } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { RoutedListener } from "../services/elbv2/routing.js";
import { isAuthenticating } from "../services/elbv2/authenticate.js";
import type { ListenerRow, LoadBalancerRow } from "../services/elbv2/rows.js";
import { compileConditions, type Matcher, type Request } from "./match.js";

/** What a request is answered with, by which load balancer. */
export interface Route {
  loadBalancer: LoadBalancerRow;
  listener: ListenerRow;
  action: Action;
  /** What has to be done first: somebody signs in. */
  authentication?: Action | undefined;
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
    default: answerOf(listener.defaultActions),
    rules: rules.flatMap((rule) => {
      const answer = answerOf(rule.actions);
      return answer ? [{ matches: compileConditions(rule.conditions), answer }] : [];
    }),
  }));
  return (request) => {
    const addressed = compiled.filter(({ loadBalancer }) => loadBalancer.dnsName === request.host);
    for (const { loadBalancer, listener, rules } of addressed.length > 0 ? addressed : compiled) {
      const answer = firstMatch(rules, request);
      if (answer) return { loadBalancer, listener, ...answer };
    }
    const [first] = addressed;
    if (!first?.default) return undefined;
    return { loadBalancer: first.loadBalancer, listener: first.listener, ...first.default };
  };
}

type Answer = Pick<Route, "action" | "authentication">;

function answerOf(actions: readonly Action[]): Answer | undefined {
  const action = actions.find((one) => !isAuthenticating(one));
  return action && { action, authentication: actions.find(isAuthenticating) };
}

function firstMatch(rules: { matches: Matcher; answer: Answer }[], request: Request): Answer | undefined {
  return rules.find((rule) => rule.matches(request))?.answer;
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
