import { networkLoadBalancers } from "./network-schema.js";
import { z } from "zod";
import { existingRules, foundationGround } from "./existing-foundation.js";
import { appRules, type WhoseFoundation } from "./foundation-app-rules.js";
import { allowed, furtherListenerRules, furtherListeners, mutualTls } from "./foundation-listeners.js";
import { foundationApps } from "./foundation-apps.js";
import { foundationRules } from "./foundation-checks.js";
import { githubAccess, network, previews, repositories, state, tasks } from "./foundation-parts.js";
import { main } from "./main-schema.js";
import { ownRules } from "./own-rules.js";
import { allowedStatements } from "./own-schema.js";
import { withRules } from "./rule.js";
import { configShape } from "./schema.js";
import {
  anyText,
  arnOf,
  environmentName,
  flag,
  hostName,
  oneOf,
  parentDomain,
  strict,
  textMatching,
  wholeNumber,
} from "./values.js";

const {
  app,
  scope,
  preview,
  triggers,
  logGroupPrefix,
  main: _main,
  foundation: _ground,
  ...others
} = configShape;

/** What `Pulumi.yaml` says for all stacks, and this one has no use for. */
const unread = Object.fromEntries(Object.keys(others).map((key) => [key, z.unknown().optional()]));

/** Elastic Load Balancing: the listener that all hosts share. */
const listener = strict({
  /** HTTP is for a sandbox without a domain: nothing is encrypted. */
  protocol: oneOf(["HTTPS", "HTTP"]).default("HTTPS"),
  port: wholeNumber(1, 65_535).optional(),
  /** Source: Elastic Load Balancing, "Security policies for your Application Load Balancer". */
  tlsPolicy: textMatching(
    /^ELBSecurityPolicy-[A-Za-z0-9-]+$/,
    "the name of a security policy: ELBSecurityPolicy-...",
  ).default("ELBSecurityPolicy-TLS13-1-2-2021-06"),
  /** Of the environments' first load balancer. */
  mutualTls: mutualTls.optional(),
});

const loadBalancers = strict({
  /**
   * How many in all. Each has room for 100 target groups, which is AWS's ceiling: previews spread over theirs. By default,
   * one for the environments, and one for the previews where these have their own.
   */
  count: wholeNumber(1, 10).optional(),
  /**
   * Whose the load balancers are: with `own` the first is the environments' alone, and the others, at least one, the previews'.
   * With `shared` the role of previews may change rules for environments' hosts: IAM cannot tell rules of one listener apart.
   */
  previews: oneOf(["own", "shared"]).default("own"),
  internal: flag.default(false),
  /** Who may connect. */
  allow: allowed,
  /** Whether services sign people in by an issuer, which the load balancer asks at port 443 of anywhere. */
  signIn: flag.default(false),
  /** Seconds; the app's own keep-alive must be longer. */
  idleTimeout: wholeNumber(1, 4000).default(60),
  /** Where access logs go: a bucket that lets the load balancer's service write. */
  accessLogs: strict({
    bucket: textMatching(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "a bucket's name"),
    prefix: anyText.optional(),
  }).optional(),
});

export const foundationStackShape = {
  app,
  scope,
  triggers,
  preview,
  /** The repository's default branch: its pushes build images, its programs plan environments. */
  main: main.prefault({}),
  /** `{ existing: { cluster, listener, vpc, subnets, ... } }`: what is there already, and is only looked up. */
  foundation: foundationGround,
  /** As the environments have it: their roles reach no other log groups. */
  logGroupPrefix,
  /** The environments that stand on it; the one in the stack's name by default. */
  environments: z.array(environmentName, { error: "must be a list of environments" }).min(1).optional(),
  /** Hosts are `<stack>.<domain>`. */
  domain: parentDomain.optional(),
  /** Route 53: the id of the public zone that holds the domain. */
  zone: textMatching(/^Z[A-Z0-9]{3,31}$/, "a hosted zone's id, such as Z0123456789ABCDEFGHIJ").optional(),
  /** Other hosts that it answers for, in the same zone: `www.example.com`. */
  hosts: z.array(hostName, { error: "must be a list of host names" }).default([]),
  /** A certificate that exists, in place of one of its own. */
  certificate: arnOf("acm").optional(),
  network: network.prefault({}),
  listener: listener.prefault({}),
  loadBalancers: loadBalancers.prefault({}),
  /** Further load balancers of the environments. */
  listeners: furtherListeners,
  /** Network load balancers that exist, where environments make listeners of their own. */
  networkLoadBalancers,
  repositories: repositories.prefault({}),
  previews: previews.prefault({}),
  tasks: tasks.prefault({}),
  /** What the roles that deploy may do besides, to make what moorage.ts declares. */
  resources: allowedStatements.default([]),
  state: state.optional(),
  github: githubAccess.optional(),
  /** Further apps that stand on it, each with roles, boundaries and repositories of its own. */
  apps: foundationApps,
  /** Whether what would be missed is protected from deletion; by default, where the foundation is not dev's. */
  protect: z
    .union([flag, z.enum(["true", "false"]).transform((value) => value === "true")], {
      error: "must be true or false",
    })
    .optional(),
};

/** The namespace `moorage:` of the stacks `foundation-<name>`. */
export const foundationSchemaOf = (whose?: WhoseFoundation) =>
  withRules(strict({ ...unread, ...foundationStackShape }), [
    ...foundationRules,
    ...furtherListenerRules,
    ...existingRules,
    ...appRules(whose),
    ...ownRules,
  ]);

export type FoundationConfig = z.infer<z.ZodObject<typeof foundationStackShape>>;
