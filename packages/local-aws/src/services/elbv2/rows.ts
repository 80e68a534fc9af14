import type {
  Action,
  Certificate,
  MutualAuthenticationAttributes,
  RuleCondition,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Site } from "../../cloud.js";
import type { Store } from "../../store.js";
import type { Health } from "./health.js";

export interface LoadBalancerRow {
  arn: string;
  name: string;
  dnsName: string;
  scheme: "internet-facing" | "internal";
  /** An application load balancer where it is left out. */
  type?: "network";
  ipAddressType: string;
  vpcId: string;
  subnets: string[];
  securityGroups: string[];
  /** ISO 8601. */
  createdAt: string;
  /** Only those that were set; defaults are added on reading. */
  attributes: Record<string, string>;
}

export interface ListenerRow {
  arn: string;
  loadBalancerArn: string;
  port: number;
  protocol: "HTTP" | "HTTPS" | "TCP";
  sslPolicy?: string;
  /** As it was wanted; clients show no certificate here. */
  mutualAuthentication?: MutualAuthenticationAttributes;
  /** The default one first. */
  certificates: Certificate[];
  defaultActions: Action[];
  defaultRuleArn: string;
}

export interface RuleRow {
  arn: string;
  listenerArn: string;
  priority: number;
  conditions: RuleCondition[];
  actions: Action[];
}

export interface HealthCheck {
  protocol: "HTTP" | "HTTPS" | "TCP";
  /** `traffic-port`, or a number as text. */
  port: string;
  /** Empty for TCP, as its codes are. */
  path: string;
  intervalSeconds: number;
  timeoutSeconds: number;
  healthyThreshold: number;
  unhealthyThreshold: number;
  /** `200`, `200,301`, `200-299`; of gRPC `12`, `0-99`. */
  codes: string;
  /** HTTP1 where it is left out. */
  version?: "HTTP2" | "GRPC";
}

export interface TargetRow {
  /** An IP address. */
  id: string;
  port: number;
  health: Health;
  /** Of an ECS task: where its containers really listen, by the port of their definition. */
  ports?: Record<string, number>;
  /** When deregistration began, in milliseconds since the epoch. */
  drainingSince?: number;
}

export interface TargetGroupRow {
  arn: string;
  name: string;
  protocol: "HTTP" | "HTTPS" | "TCP";
  /** Without meaning where the protocol is TCP. */
  protocolVersion: "GRPC" | "HTTP1" | "HTTP2";
  port: number;
  vpcId: string | undefined;
  targetType: string;
  ipAddressType: string;
  healthCheck: HealthCheck;
  /** Only those that were set; defaults are added on reading. */
  attributes: Record<string, string>;
  /** By `targetKey`. */
  targets: Record<string, TargetRow>;
}

/** All rows of the service, by ARN, of every account and region of the home. */
export interface Rows {
  loadBalancers: Record<string, LoadBalancerRow>;
  listeners: Record<string, ListenerRow>;
  rules: Record<string, RuleRow>;
  targetGroups: Record<string, TargetGroupRow>;
  /** Tags of any of them, by ARN. */
  tags: Record<string, Record<string, string>>;
}

export function openRows(store: Store): Rows {
  return {
    loadBalancers: store.table("elbv2.loadBalancers"),
    listeners: store.table("elbv2.listeners"),
    rules: store.table("elbv2.rules"),
    targetGroups: store.table("elbv2.targetGroups"),
    tags: store.table("elbv2.tags"),
  };
}

/** The rows of one account and region, in order of creation. */
export function ofSite<Row extends { arn: string }>(table: Record<string, Row>, site: Site): Row[] {
  const prefix = `arn:aws:elasticloadbalancing:${site.region}:${site.account}:`;
  return Object.values(table).filter((row) => row.arn.startsWith(prefix));
}

export function targetKey(target: { id: string; port: number }): string {
  return `${target.id}:${target.port}`;
}

export function listenersOf(rows: Rows, loadBalancerArn: string): ListenerRow[] {
  return Object.values(rows.listeners).filter((listener) => listener.loadBalancerArn === loadBalancerArn);
}

/** A listener's rules by priority, the default one left out. */
export function rulesOfListener(rows: Rows, listenerArn: string): RuleRow[] {
  return Object.values(rows.rules)
    .filter((rule) => rule.listenerArn === listenerArn)
    .sort((a, b) => a.priority - b.priority);
}
