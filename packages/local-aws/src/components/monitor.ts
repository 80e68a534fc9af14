import { credentials } from "@grpc/grpc-js";
import rpc from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import proto from "@pulumi/pulumi/proto/resource_pb.js";
import { UNKNOWN, type Properties } from "../provider/values.js";
import { decode, encode } from "../provider/wire.js";

/** A registered resource. */
export interface Registered {
  urn: string;
  /** Unknown in a preview; empty for a component. */
  id: string;
  outputs: Properties;
}

/** What is registered. */
export interface Registration {
  type: string;
  name: string;
  parent: string;
  inputs: Properties;
  /** What must be there before it, and go after it. */
  after?: readonly Registered[];
}

/** How all of a component's resources are registered. */
export interface Manner {
  /** Of the package whose provider makes them. */
  version: string;
  protect: boolean;
  /** An explicit provider's reference, where the program gave one. */
  provider: string | undefined;
}

/**
 * The engine's side of a component: what registers its resources. Raw, because the SDK keeps one engine for the whole
 * process, and this provider serves many at once.
 */
export class Monitor {
  private readonly client: InstanceType<typeof rpc.ResourceMonitorClient>;

  constructor(
    endpoint: string,
    private readonly manner: Manner,
  ) {
    this.client = new rpc.ResourceMonitorClient(endpoint, credentials.createInsecure());
  }

  close(): void {
    this.client.close();
  }

  /** The component itself, of which nothing is made. */
  component(registration: Registration): Promise<Registered> {
    return this.register(this.request(registration).setCustom(false));
  }

  /** A resource that the provider makes. */
  async resource(registration: Registration): Promise<Registered> {
    const { version, provider } = this.manner;
    const request = this.request(registration).setCustom(true).setVersion(version);
    if (provider !== undefined) request.setProvider(provider);
    const made = await this.register(request);
    return { ...made, id: made.id === "" ? UNKNOWN : made.id };
  }

  /** Registers the component's outputs. */
  finish(urn: string, outputs: Properties): Promise<void> {
    const request = new proto.RegisterResourceOutputsRequest().setUrn(urn).setOutputs(encode(outputs));
    return new Promise((resolve, reject) => {
      this.client.registerResourceOutputs(request, (error) => (error ? reject(error) : resolve()));
    });
  }

  private request({ type, name, parent, inputs, after = [] }: Registration): proto.RegisterResourceRequest {
    return new proto.RegisterResourceRequest()
      .setType(type)
      .setName(name)
      .setParent(parent)
      .setObject(encode(inputs))
      .setDependenciesList(after.map(({ urn }) => urn))
      .setProtect(this.manner.protect)
      .setAcceptresources(true);
  }

  private register(request: proto.RegisterResourceRequest): Promise<Registered> {
    return new Promise((resolve, reject) => {
      this.client.registerResource(request, (error, answer) => {
        if (error) reject(error);
        else resolve({ urn: answer.getUrn(), id: answer.getId(), outputs: decode(answer.getObject()) });
      });
    });
  }
}

/**
 * A resource as a component's output. Source: Pulumi, `sdk/go/common/resource/properties.go`, `SigKey` and
 * `ResourceReferenceSig`.
 */
export function referenceTo({ urn, id }: Registered): Properties {
  return { "4dabf18193072939515e22adb298388d": "5cf8f73096256a8f31e491e813e4eb8e", urn, id };
}
