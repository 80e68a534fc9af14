import { type Balancer, createBalancer } from "./balancer/balancer.js";
import { issuersNotPlayed } from "./balancer/sign-in/notes.js";
import type { Faults } from "./faults/faults.js";
import type { Home } from "./home/home.js";
import { listenOn, openNear } from "./listen.js";
import { createServer } from "node:net";
import { Streams } from "./balancer/streams.js";
import type { Pace } from "./ports.js";
import { text } from "./resources/convert.js";
import type { RecordedRows } from "./resources/rows.js";
import { mayLeave } from "./services/ec2/reachable.js";
import type { SubnetOf } from "./services/elbv2/context.js";
import { createElbv2, type Elbv2 } from "./services/elbv2/elbv2.js";
import type { Routing } from "./services/elbv2/routing.js";
import type { LoadBalancerRow } from "./services/elbv2/rows.js";
import type { Store } from "./store.js";

export interface BalancingOptions {
  home: Home;
  store: Store;
  rows: RecordedRows;
  faults: Faults;
  pace: Pace;
  /** See `BalancerOptions`. */
  protocol?: "http" | "https" | undefined;
  /** See `LocalSettings`. */
  issuers?: Readonly<Record<string, string>> | undefined;
}

/** Elastic Load Balancing and the balancer that plays it. */
export interface Balancing {
  elbv2: Elbv2;
  /** Takes requests from now on. */
  open(): Promise<Balancer>;
  /** What of its rules is not rehearsed, a line each. */
  notes(): string[];
}

export function composeBalancing(options: BalancingOptions): Balancing {
  const { home, store, rows, faults, pace, protocol, issuers = {} } = options;
  let ownPort = home.balancerPort;
  const elbv2 = createElbv2({
    store,
    pace,
    subnetOf: subnetsOf(rows),
    limits: () => faults.limits(),
    portTaken,
    key: home.key,
    standsForHttps: (port) => port === ownPort && protocol !== "http",
  });
  const signIn = {
    standIns: issuers,
    mayLeave: ({ arn, securityGroups }: LoadBalancerRow, port: number) => {
      const [, , , region = "", account = ""] = arn.split(":");
      return mayLeave(rows, securityGroups, port, { region, account });
    },
  };
  let streams: Streams | undefined;
  return {
    elbv2,
    async open() {
      const balancer = await openNear(ownPort, (port) => createBalancer({ elbv2, port, protocol, signIn }));
      ownPort = balancer.port;
      if (ownPort !== home.balancerPort) home.keep({ balancer: ownPort });
      const opened = new Streams(elbv2.routing);
      streams = opened;
      return {
        ...balancer,
        close() {
          opened.close();
          return balancer.close();
        },
      };
    },
    notes: () => [
      ...issuersNotPlayed(elbv2.routing, issuers),
      ...certificatesNotAsked(elbv2.routing),
      ...(streams?.notes() ?? []),
    ],
  };
}

async function portTaken(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await listenOn(server, port);
    return false;
  } catch {
    return true;
  } finally {
    server.close();
  }
}

/** Nothing is encrypted on loopback, so that no client shows a certificate. */
function certificatesNotAsked({ listeners }: Routing): string[] {
  return listeners()
    .filter(({ listener }) => listener.mutualAuthentication !== undefined)
    .map(({ loadBalancer }) => `mutual TLS of ${loadBalancer.name}: clients are asked for no certificate`);
}

/** Where subnets are. */
function subnetsOf(rows: RecordedRows): SubnetOf {
  return (id, place) => {
    const found = rows.get("ec2/subnet", place, id)?.properties;
    return found && { vpc: text(found["vpcId"]), zone: text(found["availabilityZone"]) };
  };
}
