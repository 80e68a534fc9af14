import { Server, ServerCredentials, type sendUnaryData, type ServerUnaryCall, status } from "@grpc/grpc-js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import rpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import proto from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";

type JsonObject = Parameters<typeof struct.Struct.fromJavaScript>[0];

export interface Item {
  id: string;
  name: string;
  label: string;
}

/**
 * A cloud with one resource type, `shelf:index:Item` (`name` replaces, `label` updates), behind Pulumi's raw protocol: small
 * enough to be judged by eye, and able to be slow or to fail on demand.
 */
export class Shelf {
  readonly items = new Map<string, Item>();
  /** Names in the order of their creation; one that is there twice was created twice. */
  readonly created: string[] = [];
  /** Creations, updates and deletions by name that never answer: before they act, or after. */
  readonly stuck = new Map<string, "before" | "after">();
  /** Creations by name that are refused with this message. */
  readonly refused = new Map<string, string>();
  private readonly waiting: (() => void)[] = [];
  private serial = 0;

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async open(): Promise<Shelf> {
    const server = new Server();
    let shelf: Shelf | undefined = undefined;
    const methods = methodsOf(() => shelf as unknown as Shelf);
    server.addService(rpc.ResourceProviderService, methods);
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, chosen) =>
        error ? reject(error) : resolve(chosen),
      );
    });
    shelf = new Shelf(server, port);
    return shelf;
  }

  close(): void {
    this.server.forceShutdown();
  }

  named(name: string): Item | undefined {
    return [...this.items.values()].find((item) => item.name === name);
  }

  /** Resolves when the next operation has got stuck. */
  gotStuck(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  async act<T>(name: string, action: () => T): Promise<T> {
    const how = this.stuck.get(name);
    if (how === "before") await this.never();
    const result = action();
    if (how === "after") await this.never();
    return result;
  }

  create(name: string, label: string): Item {
    const refusal = this.refused.get(name);
    if (refusal !== undefined) throw new Error(refusal);
    const item = { id: `item-${(this.serial += 1)}`, name, label };
    this.items.set(item.id, item);
    this.created.push(name);
    return item;
  }

  private never(): Promise<never> {
    this.waiting.splice(0).forEach((resolve) => resolve());
    return new Promise(() => undefined);
  }
}

function methodsOf(shelf: () => Shelf) {
  return {
    getPluginInfo: unary(() => new plugin.PluginInfo().setVersion("1.0.0")),
    attach: unary(() => new empty.Empty()),
    cancel: unary(() => new empty.Empty()),
    checkConfig: unary((request: proto.CheckRequest) =>
      new proto.CheckResponse().setInputs(request.getNews()),
    ),
    diffConfig: unary(() => new proto.DiffResponse()),
    configure: unary(() => new proto.ConfigureResponse().setSupportspreview(true)),
    check: unary((request: proto.CheckRequest) => new proto.CheckResponse().setInputs(request.getNews())),
    diff: unary(diff),
    create: unary((request: proto.CreateRequest) => create(shelf(), request)),
    read: unary((request: proto.ReadRequest) => read(shelf(), request)),
    update: unary((request: proto.UpdateRequest) => update(shelf(), request)),
    delete: unary((request: proto.DeleteRequest) => remove(shelf(), request)),
  };
}

function diff(request: proto.DiffRequest): proto.DiffResponse {
  const before = plain(request.getOlds());
  const after = plain(request.getNews());
  const changed = (["name", "label"] as const).filter((key) => before[key] !== after[key]);
  const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
  return new proto.DiffResponse()
    .setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE)
    .setDiffsList(changed)
    .setReplacesList(changed.filter((key) => key === "name"));
}

async function create(shelf: Shelf, request: proto.CreateRequest): Promise<proto.CreateResponse> {
  const { name, label } = plain(request.getProperties());
  if (request.getPreview()) return new proto.CreateResponse().setProperties(request.getProperties());
  const item = await shelf.act(name, () => shelf.create(name, label));
  return new proto.CreateResponse().setId(item.id).setProperties(message(item));
}

function read(shelf: Shelf, request: proto.ReadRequest): proto.ReadResponse {
  const item = shelf.items.get(request.getId());
  if (item === undefined) return new proto.ReadResponse();
  const inputs = message({ name: item.name, label: item.label });
  return new proto.ReadResponse().setId(item.id).setProperties(message(item)).setInputs(inputs);
}

async function update(shelf: Shelf, request: proto.UpdateRequest): Promise<proto.UpdateResponse> {
  const item = shelf.items.get(request.getId());
  if (item === undefined) throw new Error(`there is no ${request.getId()}`);
  await shelf.act(item.name, () => Object.assign(item, { label: plain(request.getNews()).label }));
  return new proto.UpdateResponse().setProperties(message(item));
}

async function remove(shelf: Shelf, request: proto.DeleteRequest): Promise<empty.Empty> {
  const item = shelf.items.get(request.getId());
  if (item) await shelf.act(item.name, () => shelf.items.delete(item.id));
  return new empty.Empty();
}

function plain(properties: struct.Struct | undefined): { name: string; label: string } {
  return (properties?.toJavaScript() ?? {}) as { name: string; label: string };
}

function message(properties: object): struct.Struct {
  return struct.Struct.fromJavaScript(properties as JsonObject);
}

function unary<Request>(method: (request: Request) => unknown) {
  return (call: ServerUnaryCall<Request, unknown>, reply: sendUnaryData<unknown>): void => {
    Promise.resolve(call.request)
      .then(method)
      .then(
        (answer) => reply(null, answer),
        (error: Error) => reply({ code: status.UNKNOWN, details: error.message }),
      );
  };
}
