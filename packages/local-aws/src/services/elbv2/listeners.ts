import type {
  CreateListenerCommandInput,
  DeleteListenerCommandInput,
  DescribeListenersCommandInput,
  Listener,
  ModifyListenerCommandInput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { AwsError, type Operation } from "../../cloud.js";
import { checkActions } from "./actions.js";
import { withoutClientSecret } from "./authenticate.js";
import { mutualAuthentication } from "./mutual-authentication.js";
import type { Context } from "./context.js";
import { newListenerArn, newRuleArn } from "./arns.js";
import { findLoadBalancer } from "./load-balancers.js";
import { checkNetworkListener, checkTransport } from "./network-listeners.js";
import { elbv2Page } from "./paginate.js";
import { inRange, validationError, listenersNotFound, required } from "./refusals.js";
import { listenersOf, rulesOfListener, type ListenerRow } from "./rows.js";
import { setTags } from "./tags.js";

const defaultSslPolicy = "ELBSecurityPolicy-2016-08";

export function listenerOperations(context: Context): Record<string, Operation> {
  return {
    async CreateListener(input: CreateListenerCommandInput) {
      await checkPort(context, input);
      return create(context, input);
    },
    DescribeListeners(input: DescribeListenersCommandInput) {
      const { items, next } = elbv2Page(select(context, input), input);
      return { Listeners: items.map(describe), NextMarker: next };
    },
    ModifyListener: (input: ModifyListenerCommandInput) => modify(context, input),
    DeleteListener(input: DeleteListenerCommandInput) {
      const { rows } = context;
      const row = findListener(context, input.ListenerArn);
      for (const rule of rulesOfListener(rows, row.arn)) {
        Reflect.deleteProperty(rows.rules, rule.arn);
        Reflect.deleteProperty(rows.tags, rule.arn);
      }
      Reflect.deleteProperty(rows.listeners, row.arn);
      Reflect.deleteProperty(rows.tags, row.arn);
      context.rerouted();
      return {};
    },
  };
}

export function findListener(context: Context, arn: string | undefined): ListenerRow {
  const row = context.rows.listeners[required(arn, "listenerArn")];
  if (!row) throw listenersNotFound();
  return row;
}

/** The traffic of a network load balancer goes through the very port: somebody else's is refused before it is promised. */
async function checkPort(
  { rows, portTaken }: Context,
  { LoadBalancerArn = "", Port, Protocol }: CreateListenerCommandInput,
): Promise<void> {
  if (Protocol !== "TCP" || Port === undefined || portTaken === undefined) return;
  const siblings = listenersOf(rows, LoadBalancerArn);
  if (siblings.some((one) => one.port === Port) || !(await portTaken(Port))) return;
  throw validationError(
    `Port ${Port} cannot be opened on this machine, where the local load balancer listens on the port itself: ` +
      "another program or another listener has it, or it is below 1024",
  );
}

function create(context: Context, input: CreateListenerCommandInput) {
  const loadBalancer = findLoadBalancer(context, input.LoadBalancerArn);
  if (input.Port === undefined) throw validationError("A listener port must be specified");
  if (input.Protocol === undefined) throw validationError("A listener protocol must be specified");
  const siblings = listenersOf(context.rows, loadBalancer.arn);
  freePort(siblings, input.Port, loadBalancer.arn);
  if (siblings.length >= context.limits().listeners) {
    throw new AwsError(
      "TooManyListeners",
      `The maximum number of listeners on load balancer '${loadBalancer.arn}' has been reached`,
    );
  }
  const arn = newListenerArn(loadBalancer.arn);
  const port = inRange(input.Port, "port", 1, 65535);
  const { protocol, ...encryption } = transport(input.Protocol, input);
  checkTransport(loadBalancer, protocol);
  const place = { loadBalancerArn: loadBalancer.arn, isEncrypted: context.isEncrypted({ port, protocol }) };
  checkNetworkListener(context.rows, protocol, input.DefaultActions ?? []);
  const row: ListenerRow = {
    arn,
    loadBalancerArn: loadBalancer.arn,
    port,
    protocol,
    ...encryption,
    ...mutualAuthentication(input.MutualAuthentication, protocol),
    defaultActions: checkActions(context, place, required(input.DefaultActions, "defaultActions")),
    defaultRuleArn: newRuleArn(arn),
  };
  setTags(context.rows, arn, input.Tags ?? []);
  context.rows.listeners[arn] = row;
  context.rerouted();
  return { Listeners: [describe(row)] };
}

function modify(context: Context, input: ModifyListenerCommandInput) {
  const row = findListener(context, input.ListenerArn);
  const port = input.Port === undefined ? row.port : inRange(input.Port, "port", 1, 65535);
  const siblings = listenersOf(context.rows, row.loadBalancerArn).filter((other) => other !== row);
  freePort(siblings, port, row.loadBalancerArn);
  const kept = { Certificates: row.certificates.slice(0, 1), SslPolicy: row.sslPolicy };
  const encryption = transport(input.Protocol ?? row.protocol, {
    Certificates: input.Certificates ?? kept.Certificates,
    SslPolicy: input.SslPolicy ?? kept.SslPolicy,
  });
  checkTransport(findLoadBalancer(context, row.loadBalancerArn), encryption.protocol);
  checkNetworkListener(context.rows, encryption.protocol, input.DefaultActions ?? row.defaultActions);
  const place = {
    loadBalancerArn: row.loadBalancerArn,
    isEncrypted: context.isEncrypted({ port, protocol: encryption.protocol }),
    before: row.defaultActions,
  };
  const changed = {
    port,
    ...encryption,
    ...mutualAuthentication(input.MutualAuthentication ?? row.mutualAuthentication, encryption.protocol),
    defaultActions: input.DefaultActions
      ? checkActions(context, place, input.DefaultActions)
      : row.defaultActions,
  };
  const extra = changed.protocol === "HTTPS" ? row.certificates.slice(1) : [];
  Object.assign(row, changed, { certificates: [...changed.certificates, ...extra] });
  context.rerouted();
  return { Listeners: [describe(row)] };
}

function freePort(siblings: ListenerRow[], port: number, loadBalancerArn: string): void {
  if (siblings.every((listener) => listener.port !== port)) return;
  throw new AwsError(
    "DuplicateListener",
    `A listener already exists on this port for this load balancer '${loadBalancerArn}'`,
  );
}

/** Protocol, certificate and TLS policy, which go together: HTTPS wants exactly one certificate, HTTP and TCP none. */
function transport(
  asked: string,
  input: { Certificates?: ListenerRow["certificates"]; SslPolicy?: string },
): Pick<ListenerRow, "protocol" | "certificates" | "sslPolicy"> {
  const protocol = ["HTTP", "HTTPS", "TCP"].find((name) => name === asked) as
    | ListenerRow["protocol"]
    | undefined;
  if (!protocol) throw validationError(`Listener protocol '${asked}' must be one of 'HTTP, HTTPS, TCP'`);
  if (protocol !== "HTTPS") return { protocol, certificates: [], sslPolicy: undefined };
  const [certificate, ...others] = input.Certificates ?? [];
  if (!certificate?.CertificateArn) {
    throw new AwsError("CertificateNotFound", "A certificate must be specified for HTTPS listeners");
  }
  if (others.length > 0)
    throw new AwsError("TooManyCertificates", "Only one certificate can be specified as the default");
  const sslPolicy = input.SslPolicy ?? defaultSslPolicy;
  if (!sslPolicy.startsWith("ELBSecurityPolicy-"))
    throw new AwsError("SSLPolicyNotFound", `SSL policy '${sslPolicy}' not found`);
  return { protocol, certificates: [{ CertificateArn: certificate.CertificateArn }], sslPolicy };
}

function select(context: Context, input: DescribeListenersCommandInput): ListenerRow[] {
  if (input.ListenerArns && input.ListenerArns.length > 0) {
    return input.ListenerArns.map((arn) => findListener(context, arn));
  }
  if (!input.LoadBalancerArn)
    throw validationError("You must specify either listener ARNs or a load balancer ARN");
  return listenersOf(context.rows, findLoadBalancer(context, input.LoadBalancerArn).arn);
}

function describe(row: ListenerRow): Listener {
  return {
    ListenerArn: row.arn,
    LoadBalancerArn: row.loadBalancerArn,
    Port: row.port,
    Protocol: row.protocol,
    Certificates: row.certificates.slice(0, 1),
    SslPolicy: row.sslPolicy,
    MutualAuthentication:
      row.mutualAuthentication ?? (row.protocol === "HTTPS" ? { Mode: "off" } : undefined),
    DefaultActions: withoutClientSecret(row.defaultActions),
  };
}
