import type { Cloud, Site } from "./cloud.js";
import { ensureFoundation, type Foundation } from "./foundation.js";
import { Emulator } from "./emulator/emulator.js";
import { type Endpoints, hasEndpoints } from "./emulator/endpoints.js";
import { emulatedKey, type Home } from "./home/home.js";
import { openNear } from "./listen.js";
import type { Pace } from "./ports.js";
import { invokes } from "./provider/invokes.js";
import { Provider } from "./provider/provider.js";
import { serveProvider, type ProviderListener } from "./provider/server.js";
import { resourceTypes } from "./resources/index.js";
import type { RecordedRows } from "./resources/rows.js";
import type { Store } from "./store.js";
import type { Trace } from "./wire/trace.js";

export interface SitesUses {
  home: Home;
  store: Store;
  rows: RecordedRows;
  pace: Pace;
  /** What stacks see: with faults. */
  cloud: Cloud;
  /** What the daemon itself uses: without. */
  own: Cloud;
  balancerPort: number;
  trace?: Trace | undefined;
}

export interface OpenSite {
  providerPort: number;
  foundation: Foundation;
}

/** One provider listener and one built-in foundation per account and region, opened on demand. */
export class Sites {
  private readonly open = new Map<string, Promise<ProviderListener>>();
  /** Foundations are made one after another, so that two callers get one. */
  private building: Promise<unknown> = Promise.resolve();

  constructor(private readonly uses: SitesUses) {}

  /** `endpoints`: the emulators that the caller's stack uses; with others it is another listener. */
  async site(site: Site, endpoints: Endpoints = {}): Promise<OpenSite> {
    const opened = this.listenOnce(site, endpoints);
    const { store, own, balancerPort } = this.uses;
    const provider = this.provider(own, site);
    const built = this.building.then(() => ensureFoundation(provider, store, balancerPort));
    this.building = built.catch(() => undefined);
    return { providerPort: (await opened).port, foundation: await built };
  }

  /** Sites that have been asked for, now or in an earlier life of the home. */
  known(): Site[] {
    return this.uses.home.sites;
  }

  /** The emulators that stacks of a site have had. */
  emulators(site: Site): Emulator[] {
    return this.uses.home.emulated(site).map(({ endpoints }) => new Emulator(endpoints));
  }

  /** Opens the listeners of an earlier life: engines that were given their ports go on. */
  async reopen(): Promise<void> {
    const { home } = this.uses;
    await Promise.all([
      ...this.known().map((site) => this.listenOnce(site, {})),
      ...home.emulated().map(({ site, endpoints }) => this.listenOnce(site, endpoints)),
    ]);
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.open.values());
    await Promise.all(opened.map((one) => (one.status === "fulfilled" ? one.value.close() : undefined)));
  }

  private listenOnce(site: Site, endpoints: Endpoints): Promise<ProviderListener> {
    const key = emulatedKey({ site, endpoints });
    const opened = this.open.get(key) ?? this.listen(site, endpoints);
    this.open.set(key, opened);
    opened.catch(() => this.open.delete(key));
    return opened;
  }

  private async listen(site: Site, endpoints: Endpoints): Promise<ProviderListener> {
    const { home, cloud, trace } = this.uses;
    const provider = this.provider(cloud, site, endpoints);
    const isEmulated = hasEndpoints(endpoints);
    const known = home.emulated(site).find((one) => emulatedKey(one) === emulatedKey({ site, endpoints }));
    const before = isEmulated ? known?.port : home.providerPort(site);
    const near = before ?? home.balancerPort + 1;
    const listener = await openNear(near, (port) => serveProvider(provider, invokes, port, undefined, trace));
    const { port } = listener;
    if (port !== before)
      home.keep(isEmulated ? { emulated: { site, endpoints, port } } : { provider: { site, port } });
    return listener;
  }

  private provider(cloud: Cloud, site: Site, endpoints: Endpoints = {}): Provider {
    const { rows, pace, store } = this.uses;
    const emulator = new Emulator(endpoints);
    const types = hasEndpoints(endpoints) ? new Map([...resourceTypes, ...emulator.types()]) : resourceTypes;
    const saved = () => store.flush();
    return new Provider({ cloud: emulator.over(cloud), rows, pace, types, saved }, site);
  }
}
