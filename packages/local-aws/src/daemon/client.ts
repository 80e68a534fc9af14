import type { NewValue } from "../values.js";
import type { QueueDepth } from "../services/sqs/queues.js";
import { localBounds } from "../bounds.js";
import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync, readFileSync, statSync } from "node:fs";
import { platformError, type LocalFailure } from "../failure.js";
import type { Identity } from "../wire/control.js";
import { buildId, daemonModule } from "./build-id.js";
import type { Site } from "../cloud.js";
import type { DaemonStatus } from "./daemon.js";
import { checkEndpoints, type Endpoints } from "../emulator/endpoints.js";
import { daemonEnvironment, engineEnvironment, taskVariables } from "./process-env.js";
import type { Fault } from "../faults/faults.js";
import type { Delivery } from "../services/events/delivery.js";
import type { NewEvent } from "../services/events/events.js";
import type { FaultRequest } from "../faults/request.js";
import { waitsForCall } from "../faults/waits-for-call.js";
import type { Launch } from "../tasks/launch.js";
import type { Foundation } from "../foundation.js";
import { Home, homeFolder } from "../home/home.js";
import { isAlive, truePath } from "../platform/index.js";
import { control, findDaemon, githubPath } from "./identity.js";
import { readLocalSettings } from "./settings.js";
import type { Playable } from "../platform/index.js";
import type { RecordedStatus } from "./own-resources.js";
import type { ServiceStatus } from "./status.js";

/** What `local status --json` prints. */
export interface LocalStatus {
  running: boolean;
  pid: number;
  /** The load balancer's URL: `http://localhost:PORT`. */
  url: string;
  /** `127.0.0.1:PORT`. */
  registry: string;
  /** The AWS endpoint's URL. */
  endpoint: string;
  home: string;
  services: ServiceStatus[];
  /** Of types that are only recorded: what teams' own programs have declared. */
  resources: RecordedStatus[];
  /** Names of services that are no host names for their callers here, and why; for people. */
  names: string[];
  /** What containers asked for that is not played here, and why; for people. */
  unplayed: string[];
  /** What processes here can be denied: empty where they can, else why not. */
  playable: Playable;
}

/** One account and region of a running target, opened. */
export interface LocalSite {
  providerPort: number;
  endpoint: string;
  /** Sign what is sent to the endpoint. */
  credentials: { accessKeyId: string; secretAccessKey: string };
  /** Where GitHub's API is played, and what it takes. */
  github: { apiUrl: string; token: string };
  foundation: Foundation;
  /** Where the engine keeps its state. */
  backendUrl: string;
  /** What the Pulumi CLI needs in its environment to work against the target. */
  engineEnv: Record<string, string>;
  /** What tasks need in theirs to find the emulators; empty where there are none. */
  taskEnv: Record<string, string>;
}

/** At most one of them. */
export interface ClockChange {
  /** Milliseconds, 0 or more. */
  advanceMs?: number | undefined;
  reset?: boolean | undefined;
}

/** Sets a queue's depth where both are given, and makes the queue. */
export interface QueueChange {
  name?: string | undefined;
  depth?: QueueDepth | undefined;
}

/** A running local target. */
export interface LocalTarget {
  home: Home;
  status(): Promise<LocalStatus>;
  /** `endpoints`: where some of its services are emulated. Raises `endpoint-invalid` (exit 2). */
  site(site: Site, endpoints?: Endpoints): Promise<LocalSite>;
  /** Brings a fault into force, as `moorage local fault` does. Raises `fault-invalid` (exit 2). */
  fault(request: FaultRequest): Promise<Fault>;
  faults(): Promise<Fault[]>;
  /** Ends one fault, or all; those that were in force. */
  clearFaults(id?: string): Promise<Fault[]>;
  /** The clock that schedules run by, moved on or set back as told; what is due by then has been started. */
  clock(change: ClockChange): Promise<{ now: string }>;
  /** Puts an event on a bus of EventBridge; what the rules that match it have started or told. */
  putEvent(event: NewEvent, site: Site): Promise<Delivery[]>;
  /** What rules have started or told of late, the newest last. */
  deliveries(site: Site): Promise<Delivery[]>;
  /** What a session that ExecuteCommand gave runs, once, and where: whoever opens it starts it. */
  session(token: string, terminal: boolean): Promise<Launch>;
  /** Writes an export, a parameter or a secret, over what is there. */
  putValue(value: NewValue, site: Site): Promise<void>;
  /** How many messages queues of SQS have, by name, after the change. */
  queue(change: QueueChange): Promise<Record<string, QueueDepth>>;
  /** Ends the daemon and its tasks, and waits for it. */
  stop(): Promise<void>;
}

/** Whose target it is: a folder, with an environment that may name another. */
export interface Caller {
  cwd: string;
  env: NodeJS.ProcessEnv;
}

/** How long a daemon that has released its port may take to exit; without a process that reaps it, it never seems to. */
const exitMs = 1_000;
const pollMs = 25;

/** Where nobody names an account. */
const usualSite: Site = { account: "111111111111", region: "us-east-1" };

/** The caller's running target; undefined when it does not run. Never starts one. */
export async function findLocal({ cwd, env }: Caller): Promise<LocalTarget | undefined> {
  const folder = homeFolder(cwd, env);
  if (!Home.exists(folder)) return undefined;
  const home = Home.read(truePath(folder));
  const daemon = await findDaemon(home);
  return daemon?.ready ? targetAt(home) : undefined;
}

/**
 * The caller's running target, started when it does not run, and restarted when it is of another build of Moorage.
 * Callers at the same time share one. A new one's own account and region are those of `firstSite`. Raises `local-not-started` with what the daemon said.
 */
export async function ensureLocal(
  { cwd, env }: Caller,
  firstSite: () => Promise<Site> = async () => usualSite,
): Promise<LocalTarget> {
  const folder = homeFolder(cwd, env);
  if (!Home.exists(folder)) Home.open(folder, await firstSite());
  const home = Home.open(truePath(folder), { account: "", region: "" });
  const running = await findDaemon(home);
  if (running !== undefined && !fits(running, home)) await targetAt(home).stop();
  else if (running?.ready) return targetAt(home);
  return targetAt(await start(home, env));
}

/** A daemon of another build, or of a home that was removed from here, is not the caller's. */
function fits(daemon: Identity, home: Home): boolean {
  return daemon.build === buildId() && daemon.homeId === home.id;
}

async function start(home: Home, env: NodeJS.ProcessEnv): Promise<Home> {
  readLocalSettings(env);
  const logged = statSync(home.logFile, { throwIfNoEntry: false })?.size ?? 0;
  let child = spawnDaemon(home, env);
  const end = performance.now() + localBounds.localStart;
  while (performance.now() < end) {
    // The daemon may have had to choose another port.
    const current = Home.read(home.folder);
    const daemon = await findDaemon(current);
    if (daemon?.ready && fits(daemon, home)) return current;
    if (child.exitCode !== null && child.exitCode !== 0) break;
    // It gave way to another one, which was about to stop and is gone now.
    if (child.exitCode === 0 && daemon === undefined) child = spawnDaemon(home, env);
    await pause();
  }
  throw notStarted(home, readFileSync(home.logFile).subarray(logged).toString("utf8"));
}

function notStarted(home: Home, said: string): LocalFailure {
  const reason = said.trim().split("\n").slice(0, 12).join("\n");
  return platformError(
    "local-not-started",
    `The local target did not start${reason === "" ? ` within ${localBounds.localStart / 1000} s` : `:\n${reason}`}`,
    `See ${home.logFile}; \`moorage local reset\` starts over with an empty local target.`,
  );
}

/** Detached, so that it outlives the command; its output goes to the home's log file. */
function spawnDaemon(home: Home, env: NodeJS.ProcessEnv): ChildProcess {
  const log = openSync(home.logFile, "a", 0o600);
  const child = spawn(process.execPath, [...daemonModule(), home.folder], {
    cwd: home.folder,
    detached: true,
    stdio: ["ignore", log, log],
    env: daemonEnvironment(env),
  });
  closeSync(log);
  child.unref();
  return child;
}

function targetAt(home: Home): LocalTarget {
  const port = home.apiPort;
  const endpoint = `http://127.0.0.1:${port}`;
  return {
    home,
    async status() {
      const status = await control<DaemonStatus>(home, "status", {});
      const { pid, balancerPort, services, resources, names, unplayed, playable } = status;
      const url = `http://localhost:${balancerPort}`;
      return {
        running: true,
        pid,
        url,
        registry: `127.0.0.1:${port}`,
        endpoint,
        home: home.folder,
        services,
        resources,
        names,
        unplayed,
        playable,
      };
    },
    async site(site, given = {}) {
      const endpoints = checkEndpoints(given);
      const asked = { ...site, endpoints };
      const opened = await control<Pick<LocalSite, "providerPort" | "foundation">>(home, "site", asked);
      const { backendUrl, credentials } = home;
      const { providerPort } = opened;
      const engineEnv = engineEnvironment({ home, site, endpoint, providerPort, endpoints });
      const github = { apiUrl: `${endpoint}${githubPath}`, token: credentials.githubToken };
      const aws = { accessKeyId: site.account, secretAccessKey: credentials.secretAccessKey };
      const taskEnv = taskVariables(site, endpoints);
      return { ...opened, endpoint, credentials: aws, github, backendUrl, engineEnv, taskEnv };
    },
    async fault(request) {
      const daemon = await findDaemon(home);
      const fault = await control<Fault>(home, "fault", request);
      // One that waits for no call ends the daemon at once: the next command starts another one.
      if (request.kind === "kill-daemon" && !waitsForCall(request) && daemon !== undefined) {
        await hasExited(daemon.pid);
      }
      return fault;
    },
    faults: () => control(home, "faults", {}),
    clock: (change) => control(home, "clock", change),
    putEvent: (event, site) => control(home, "event", { ...event, site }),
    deliveries: (site) => control(home, "deliveries", site),
    session: (token, terminal) => control(home, "session", { token, terminal }),
    putValue: async (value, site) => {
      await control(home, "value", { ...value, site });
    },
    queue: (change) => control(home, "queue", change),
    clearFaults: (id) => control(home, "clear-faults", { id }),
    async stop() {
      const daemon = await findDaemon(home);
      if (daemon === undefined) return;
      await control(home, "stop", {});
      const end = performance.now() + localBounds.localStop;
      while (await findDaemon(home)) {
        if (performance.now() > end) throw notStopped(home);
        await pause();
      }
      await hasExited(daemon.pid);
    },
  };
}

async function hasExited(pid: number): Promise<void> {
  const end = performance.now() + exitMs;
  while (isAlive(pid) && performance.now() < end) await pause();
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, pollMs));
}

function notStopped(home: Home): LocalFailure {
  return platformError("local-not-stopped", "The local target did not stop in time.", `See ${home.logFile}.`);
}
