import { createHash, randomBytes } from "node:crypto";
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { platformError } from "../failure.js";
import type { Site } from "../cloud.js";
import { type Endpoints, endpointsKey } from "../emulator/endpoints.js";
import { Credentials } from "./credentials.js";
import { prepareHomeFolder } from "./create-home.js";

/** What a home remembers about itself: chosen once and kept. */
interface HomeFile {
  /** Tells a home from one that was removed and made again at the same place. */
  id: string;
  /** Ports on 127.0.0.1. */
  api: number;
  balancer: number;
  /** A provider's listener by site: `111111111111/us-east-1`. */
  providers: Record<string, number>;
  defaultSite: Site;
  /** The providers' listeners whose resources are partly in emulators. */
  emulated?: EmulatedSite[];
}

/** A site together with the emulators of some of its services. */
export interface EmulatedSite {
  site: Site;
  endpoints: Endpoints;
  /** The provider's listener. */
  port: number;
}

/** Below the range from which systems take ports for outgoing connections, and away from the well-known ones. */
const firstPort = 20_000;
const portRange = 10_000;

/** The folder of one local target, which is a target of its own: its ports, state, images, logs and Pulumi state. */
export class Home {
  private constructor(
    /** Absolute. */
    readonly folder: string,
    private data: HomeFile,
  ) {}

  /**
   * Opens the home, made when absent; of two that make it at once, both get the same. Raises `home-unusable` or
   * `home-not-empty` (exit 2) for a folder that cannot be one: a reset removes it whole.
   */
  static open(folder: string, defaultSite: Site): Home {
    prepareHomeFolder(folder);
    const file = join(folder, "home.json");
    if (!existsSync(file)) createOnce(file, JSON.stringify(fresh(folder, defaultSite), null, 2));
    createOnce(join(folder, "passphrase"), randomBytes(24).toString("base64url"));
    createOnce(join(folder, "key"), randomBytes(32).toString("hex"));
    createOnce(join(folder, "token"), randomBytes(32).toString("base64url"));
    return Home.read(folder);
  }

  /** Throws when the folder is no home. */
  static read(folder: string): Home {
    return new Home(folder, read(join(folder, "home.json")));
  }

  static exists(folder: string): boolean {
    return existsSync(join(folder, "home.json"));
  }

  get id(): string {
    return this.data.id;
  }

  /** Whether the folder still is this home. */
  stands(): boolean {
    try {
      return read(join(this.folder, "home.json")).id === this.id;
    } catch {
      return false;
    }
  }

  get apiPort(): number {
    return this.data.api;
  }

  get balancerPort(): number {
    return this.data.balancer;
  }

  get defaultSite(): Site {
    return this.data.defaultSite;
  }

  providerPort(site: Site): number | undefined {
    return this.data.providers[siteKey(site)];
  }

  /** Those that have had a provider, of one site or of all. */
  emulated(site?: Site): EmulatedSite[] {
    const all = this.data.emulated ?? [];
    return site === undefined ? all : all.filter((one) => siteKey(one.site) === siteKey(site));
  }

  /** Every site that has had a provider. */
  get sites(): Site[] {
    const emulated = this.emulated().map(({ site }) => siteKey(site));
    return [...new Set([...Object.keys(this.data.providers), ...emulated])].map((key) => {
      const [account = "", region = ""] = key.split("/");
      return { account, region };
    });
  }

  /** Keeps another port from now on. */
  keep(change: {
    api?: number;
    balancer?: number;
    provider?: { site: Site; port: number };
    emulated?: EmulatedSite;
  }): void {
    const { provider, emulated, ...ports } = change;
    const providers = provider === undefined ? {} : { [siteKey(provider.site)]: provider.port };
    this.data = { ...this.data, ...ports, providers: { ...this.data.providers, ...providers } };
    if (emulated !== undefined) {
      const others = this.emulated().filter((one) => emulatedKey(one) !== emulatedKey(emulated));
      this.data.emulated = [...others, emulated];
    }
    const file = join(this.folder, "home.json");
    writeFileSync(`${file}.next`, JSON.stringify(this.data, null, 2), { mode: 0o600 });
    renameSync(`${file}.next`, file);
  }

  get stateFolder(): string {
    return join(this.folder, "state");
  }

  get registryFolder(): string {
    return join(this.folder, "registry");
  }

  get imagesFolder(): string {
    return join(this.folder, "images");
  }

  get tasksFolder(): string {
    return join(this.folder, "tasks");
  }

  /** One folder for each file system of EFS that a task was given. */
  get fileSystemsFolder(): string {
    return join(this.folder, "file-systems");
  }

  get logsFolder(): string {
    return join(this.folder, "logs");
  }

  /** The daemon's own log. */
  get logFile(): string {
    return join(this.folder, "daemon.log");
  }

  /** Holds the passphrase of the stacks' secrets. */
  get passphraseFile(): string {
    return join(this.folder, "passphrase");
  }

  /** The key of SecureStrings: 32 bytes. */
  get key(): Buffer {
    return Buffer.from(readFileSync(join(this.folder, "key"), "utf8"), "hex");
  }

  /** What lets callers in; from a file that its owner alone can read. */
  get credentials(): Credentials {
    return new Credentials(readFileSync(join(this.folder, "token"), "utf8"));
  }

  /** Where the Pulumi engine keeps its state; made when absent, as the engine wants it. */
  get backendUrl(): string {
    const folder = join(this.folder, "pulumi");
    mkdirSync(folder, { recursive: true });
    return pathToFileURL(folder).href;
  }
}

/** `MOORAGE_HOME`, or `.moorage` in the project. */
export function homeFolder(cwd: string, env: NodeJS.ProcessEnv): string {
  const named = env["MOORAGE_HOME"];
  if (named === undefined || named === "") return join(cwd, ".moorage");
  return isAbsolute(named) ? named : resolve(cwd, named);
}

/** A site with its emulators, as one text. */
export function emulatedKey({ site, endpoints }: Pick<EmulatedSite, "site" | "endpoints">): string {
  return `${siteKey(site)} ${endpointsKey(endpoints)}`;
}

export function siteKey({ account, region }: Site): string {
  return `${account}/${region}`;
}

/** Ports follow from the folder, so that two which make the home at once, or move to the next port, agree. */
function fresh(folder: string, defaultSite: Site): HomeFile {
  const spread = createHash("sha256").update(folder).digest().readUInt32BE(0) % (portRange / 2);
  const api = firstPort + spread * 2;
  return { id: randomBytes(8).toString("hex"), api, balancer: api + 1, providers: {}, defaultSite };
}

/** Writes a file that nobody has written yet; whoever comes second leaves it alone. */
function createOnce(file: string, content: string): void {
  if (existsSync(file)) return;
  const mine = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  writeFileSync(mine, content, { mode: 0o600 });
  chmodSync(mine, 0o600);
  try {
    linkSync(mine, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(mine, { force: true });
  }
}

function read(file: string): HomeFile {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as HomeFile;
  } catch (error) {
    throw platformError(
      "home-unreadable",
      `${file} cannot be read.`,
      "Remove the folder with `moorage local reset --yes` to begin with an empty local target.",
      error,
    );
  }
}
