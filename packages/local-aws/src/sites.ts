import type { Cloud, Site } from "./cloud.js";
import { ensureFoundation, type Foundation } from "./foundation.js";
import { siteKey, type Home } from "./home/home.js";
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

  async site(site: Site): Promise<OpenSite> {
    const opened = this.listenOnce(site);
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

  /** Opens the listeners of an earlier life: engines that were given their ports go on. */
  async reopen(): Promise<void> {
    await Promise.all(this.known().map((site) => this.listenOnce(site)));
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.open.values());
    await Promise.all(opened.map((one) => (one.status === "fulfilled" ? one.value.close() : undefined)));
  }

  private listenOnce(site: Site): Promise<ProviderListener> {
    const key = siteKey(site);
    const opened = this.open.get(key) ?? this.listen(site);
    this.open.set(key, opened);
    opened.catch(() => this.open.delete(key));
    return opened;
  }

  private async listen(site: Site): Promise<ProviderListener> {
    const { home, cloud, trace } = this.uses;
    const provider = this.provider(cloud, site);
    const kept = home.providerPort(site) ?? home.balancerPort + 1;
    const listener = await openNear(kept, (port) => serveProvider(provider, invokes, port, undefined, trace));
    if (listener.port !== home.providerPort(site)) home.keep({ provider: { site, port: listener.port } });
    return listener;
  }

  private provider(cloud: Cloud, site: Site): Provider {
    const { rows, pace, store } = this.uses;
    return new Provider({ cloud, rows, pace, types: resourceTypes, saved: () => store.flush() }, site);
  }
}
