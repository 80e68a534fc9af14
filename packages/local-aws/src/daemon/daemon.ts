import { fileURLToPath } from "node:url";
import { createApiServer, type Backends } from "../wire/server.js";
import { parseSite, type Controls, type Identity } from "../wire/control.js";
import { buildId } from "./build-id.js";
import type { NewEvent } from "../services/events/events.js";
import { type NewValue, putValue } from "../values.js";
import type { ClockChange, QueueChange } from "./client.js";
import { checkEndpoints } from "../emulator/endpoints.js";
import { checkFault } from "../faults/request.js";
import { Home } from "../home/home.js";
import { findDaemon } from "./identity.js";
import { isTaken, listenOn } from "../listen.js";
import { isAlive, type Playable } from "../platform/index.js";
import { watch } from "./parent-process.js";
import { readLocalSettings, type LocalSettings } from "./settings.js";
import type { RecordedStatus } from "./own-resources.js";
import type { ServiceStatus } from "./status.js";
import type { RunningTarget } from "../target.js";
import { openTrace } from "../wire/trace.js";

export interface DaemonOptions
  extends Pick<LocalSettings, "speed">, Partial<Pick<LocalSettings, "protocol" | "trace" | "issuers">> {
  /** A process whose end is the daemon's end too. */
  owner?: number;
  log: (line: string) => void;
  /** Called when it was told to stop, after it has stopped. */
  onStopped?: () => void;
}

export interface Daemon {
  port: number;
  close(): Promise<void>;
}

/** What the control `status` answers. */
export interface DaemonStatus extends Identity {
  balancerPort: number;
  services: ServiceStatus[];
  resources: RecordedStatus[];
  /** Which names tasks find by a variable alone, and why. */
  names: string[];
  /** What containers asked for that is not played here, and why. */
  unplayed: string[];
  /** What processes here can be denied; why not, where they cannot. */
  playable: Playable;
}

/**
 * Runs a home's local target in this process. The API port is the lock: whoever listens on it owns the home, and a killed
 * owner leaves nothing behind that must be cleaned up.
 * Returns undefined when another daemon of this home runs already.
 */
export async function startDaemon(home: Home, options: DaemonOptions): Promise<Daemon | undefined> {
  const parts: { target?: RunningTarget; backends?: Backends } = {};
  const identity = (): Identity => ({
    pid: process.pid,
    home: home.folder,
    homeId: home.id,
    build: buildId(),
    ready: parts.backends !== undefined,
  });
  // The port is released last: until then no other daemon opens this home.
  const close = once(async () => {
    stopWatching();
    parts.backends = undefined;
    await parts.target?.close();
    server.close();
    server.closeAllConnections();
    options.onStopped?.();
  });
  const controls = controlsOf(identity, () => parts.target, close, options.log);
  const { credentials } = home;
  const server = createApiServer(controls, () => parts.backends, credentials);
  const port = await claim(server, home);
  if (port === undefined) return undefined;
  const ownerStands = () => options.owner === undefined || isAlive(options.owner);
  const stopWatching = watch(
    () => home.stands() && ownerStands(),
    () => void close(),
  );
  const [{ startTarget }, { answerGitHub }, { signatureCheck }] = await Promise.all([
    import("../target.js"),
    import("../services/github/github.js"),
    import("../wire/signature.js"),
  ]);
  const trace = openTrace(options.trace);
  const pace = { factor: options.speed };
  const target = await startTarget({
    home,
    pace,
    protocol: options.protocol,
    issuers: options.issuers,
    trace,
  });
  parts.target = target;
  parts.backends = {
    registry: target.registry,
    github: (path, request, response) => answerGitHub(target.rows, path, request, response),
    aws: {
      ...{ cloud: target.cloud, store: target.store, defaultSite: home.defaultSite, log: options.log },
      check: signatureCheck(credentials.secretAccessKey),
      trace,
    },
  };
  return { port, close };
}

/** Binds the home's port, or the next one when a stranger has it; undefined when it is this home's daemon that has it. */
async function claim(server: ReturnType<typeof createApiServer>, home: Home): Promise<number | undefined> {
  for (let port = home.apiPort; ; port += 2) {
    try {
      await listenOn(server, port);
    } catch (error) {
      if (!isTaken(error) || port > home.apiPort + 100) throw error;
      if (await findDaemon(home, port)) return undefined;
      continue;
    }
    if (port !== home.apiPort) home.keep({ api: port });
    return port;
  }
}

function controlsOf(
  identity: () => Identity,
  target: () => RunningTarget | undefined,
  close: () => Promise<void>,
  log: (line: string) => void,
): Controls {
  const running = (): RunningTarget => {
    const started = target();
    if (started === undefined) throw new Error("The local target is starting.");
    return started;
  };
  return {
    identity,
    async status(): Promise<DaemonStatus> {
      const { serviceStatuses } = await import("./status.js");
      const { own, sites, balancerPort, names, recorded, unplayed, playable } = running();
      const services = await Promise.all(
        sites.known().map((site) => serviceStatuses(own, site, balancerPort)),
      );
      return {
        ...identity(),
        balancerPort,
        services: services.flat(),
        resources: recorded(),
        names: names(),
        unplayed: unplayed(),
        playable: await playable(),
      };
    },
    async site(body) {
      const site = parseSite(body);
      log(`site ${site.account}/${site.region}`);
      return running().sites.site(site, checkEndpoints((body as { endpoints?: unknown }).endpoints));
    },
    fault: (body) => running().faults.set(checkFault(body)),
    faults: () => running().faults.list(),
    "clear-faults": (body) => running().faults.clear((body as { id?: string }).id),
    async clock(body) {
      const { advanceMs, reset } = body as ClockChange;
      const { clock, scheduler, scaler } = running();
      // What was made just now is known before the clock moves.
      await scheduler.look();
      if (reset === true) clock.reset();
      if (advanceMs !== undefined) clock.advance(advanceMs);
      await scheduler.look();
      await scaler.pass(Math.floor((advanceMs ?? 0) / 60_000));
      return { now: new Date(clock.now()).toISOString() };
    },
    async event(body) {
      const { site, ...event } = body as NewEvent & { site: unknown };
      return running().events.put(event, parseSite(site));
    },
    deliveries: (body) => running().events.deliveries(parseSite(body)),
    async value(body) {
      const { site, ...value } = body as NewValue & { site: unknown };
      await putValue(running(), value, parseSite(site));
      return {};
    },
    queue(body) {
      const { queues } = running();
      const { name, depth } = body as QueueChange;
      if (name !== undefined && depth !== undefined) queues.set(name, depth);
      return queues.all();
    },
    session(body) {
      const { token, terminal } = body as { token: string; terminal: boolean };
      return running().session(String(token), terminal === true);
    },
    stop() {
      setImmediate(() => void close());
      return {};
    },
  };
}

function once(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= run());
}

/** `node daemon.js <home>`: exits 0 when it was stopped or another one runs, 1 when it could not start. */
async function main(folder: string): Promise<void> {
  const log = (line: string) => process.stderr.write(`${new Date().toISOString()} ${line}\n`);
  const owner = Number(process.env["MOORAGE_LOCAL_OWNER"] ?? 0);
  const daemon = await startDaemon(Home.read(folder), {
    ...readLocalSettings(process.env),
    ...(owner > 0 ? { owner } : {}),
    log,
    onStopped: () => process.exit(0),
  });
  if (daemon === undefined) return;
  log(`ready on 127.0.0.1:${daemon.port}, pid ${process.pid}`);
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    process.on(signal, () => {
      setTimeout(() => process.exit(1), stopBoundMs).unref();
      void daemon.close();
    });
  }
}

/** A daemon that was told to end is gone within this bound; its tasks' keeper kills what it left. */
const stopBoundMs = 10_000;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main(process.argv[2] ?? "").catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  });
}
