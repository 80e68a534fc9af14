import type { ServiceName, Site } from "../cloud.js";
import type { ResourceType } from "../resources/resource.js";
import type { CallingCloud } from "../provider/provider.js";
import { type EmulatedService, type Endpoints, emulatedServices } from "./endpoints.js";
import { callJson, type JsonService } from "./json-call.js";
import { callQuery } from "./query-call.js";
import { emulatedTypes } from "./types/index.js";

/** Calls an operation of an emulated service in the shapes of AWS's API. Throws the service's own AwsErrors. */
export type EmulatorCall = <Output>(
  service: EmulatedService,
  operation: string,
  input: object,
  site: Site,
) => Promise<Output>;

/** The services that the user runs an emulator for. */
export class Emulator {
  constructor(readonly endpoints: Endpoints) {}

  emulates(service: string): service is EmulatedService {
    return Object.hasOwn(this.endpoints, service);
  }

  /** Of all services but S3, whose requests are no calls of this kind. */
  async call<Output>(
    service: EmulatedService,
    operation: string,
    input: object,
    site: Site,
  ): Promise<Output> {
    const endpoint = this.endpoints[service];
    if (endpoint === undefined) throw new Error(`${service} is not emulated`);
    const to = { endpoint, site };
    if (service === "sns") return (await callQuery(to, operation, input)) as Output;
    if (service === "s3") throw new Error("S3 has requests of its own");
    return (await callJson(service satisfies JsonService, to, operation, input)) as Output;
  }

  /** The local target's cloud, with what is emulated in its place. */
  over(cloud: CallingCloud): CallingCloud {
    return {
      call: <Output>(service: ServiceName, operation: string, input: unknown, site: Site) =>
        this.emulates(service) && service !== "s3"
          ? this.call<Output>(service, operation, Object(input) as object, site)
          : cloud.call<Output>(service, operation, input, site),
    };
  }

  /** The types whose resources are in the emulator. */
  types(): [token: string, type: ResourceType][] {
    return emulatedServices
      .filter((service) => this.emulates(service))
      .flatMap((service) => emulatedTypes(service, this))
      .flatMap((type) => type.tokens.map((token): [string, ResourceType] => [token, type]));
  }
}
