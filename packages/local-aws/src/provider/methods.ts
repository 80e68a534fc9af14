import proto from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { AwsError } from "../cloud.js";
import { construct } from "./construct.js";
import type { Change } from "./diff.js";
import type { Invoke } from "./invokes.js";
import type { Subject } from "./naming.js";
import type { Trace } from "../wire/trace.js";
import type { Provider } from "./provider.js";
import { decode, encode } from "./wire.js";

/** The provider's methods in Pulumi's messages: nothing but translation. */
export function providerMethods(
  provider: Provider,
  invokes: ReadonlyMap<string, Invoke>,
  trace: Trace = () => undefined,
) {
  const traced = (method: string, request: { getUrn(): string; getId?(): string }, ...all: unknown[]) => {
    const [input, output] = all as [Record<string, unknown>, Record<string, unknown>?];
    const { type, name } = subjectOf(request);
    const id = request.getId?.();
    const call = { by: "provider" as const, call: `${method} ${type}`, site: provider.site };
    trace({ ...call, input: { ...input, ...(id && { id }), resourceName: name }, ...(output && { output }) });
  };
  return {
    checkConfig: (request: proto.CheckRequest) => new proto.CheckResponse().setInputs(request.getNews()),
    diffConfig: () => new proto.DiffResponse().setChanges(proto.DiffResponse.DiffChanges.DIFF_NONE),
    configure: (request: proto.ConfigureRequest) => configure(provider, request),
    check: (request: proto.CheckRequest) => check(provider, request),
    diff: (request: proto.DiffRequest) => diff(provider, request),
    create: async (request: proto.CreateRequest) => {
      const response = await create(provider, request);
      const output = { ...decode(response.getProperties()), id: response.getId() };
      if (!request.getPreview()) traced("create", request, decode(request.getProperties()), output);
      return response;
    },
    read: (request: proto.ReadRequest) => {
      traced("read", request, decode(request.getProperties()));
      return read(provider, request);
    },
    update: (request: proto.UpdateRequest) => {
      if (!request.getPreview()) traced("update", request, decode(request.getOlds()));
      return update(provider, request);
    },
    delete: async (request: proto.DeleteRequest) => {
      traced("delete", request, decode(request.getProperties()));
      await provider.delete(subjectOf(request), request.getId(), decode(request.getProperties()));
      return new empty.Empty();
    },
    invoke: (request: proto.InvokeRequest) => {
      const input = decode(request.getArgs());
      trace({ by: "provider", call: `invoke ${request.getTok()}`, site: provider.site, input });
      return invoke(provider, invokes, request);
    },
    construct: (request: proto.ConstructRequest) => construct(request, provider.site),
  };
}

function subjectOf(request: { getUrn(): string }): Subject {
  const [, , types = "", ...name] = request.getUrn().split("::");
  return { type: types.split("$").at(-1) ?? "", name: name.join("::") };
}

/** One listener serves one account and region: settings that ask for something else would be ignored silently, so they are refused. */
function configure(provider: Provider, request: proto.ConfigureRequest): proto.ConfigureResponse {
  const variables = new Map(request.getVariablesMap().toObject(true));
  const region = variables.get("aws:config:region");
  if (region !== undefined && region !== provider.site.region) {
    throw new AwsError(
      "InvalidProviderConfig",
      `aws:region is ${region}, but this listener of the local target serves ${provider.site.region}.`,
    );
  }
  if (variables.has("aws:config:defaultTags")) {
    throw new AwsError("InvalidProviderConfig", "aws:defaultTags is not part of the local target.");
  }
  // The engine wants it of packages with components, whose inputs only pass through here: secrets stay wrapped.
  const hasComponents = request.getType() === "pulumi:providers:awsx";
  return new proto.ConfigureResponse().setSupportspreview(true).setAcceptsecrets(hasComponents);
}

function check(provider: Provider, request: proto.CheckRequest): proto.CheckResponse {
  const seed = request.getRandomseed_asU8();
  const { inputs, failures } = provider.check(
    subjectOf(request),
    decode(request.getOlds()),
    decode(request.getNews()),
    seed,
  );
  const told = failures.map((failure) =>
    new proto.CheckFailure().setProperty(failure.property).setReason(failure.reason),
  );
  return new proto.CheckResponse().setInputs(encode(inputs)).setFailuresList(told);
}

function diff(provider: Provider, request: proto.DiffRequest): proto.DiffResponse {
  const olds = decode(request.getOldInputs());
  const { changes, deleteBeforeReplace } = provider.diff(subjectOf(request), olds, decode(request.getNews()));
  const { DIFF_SOME, DIFF_NONE } = proto.DiffResponse.DiffChanges;
  const response = new proto.DiffResponse()
    .setChanges(changes.size > 0 ? DIFF_SOME : DIFF_NONE)
    .setHasdetaileddiff(true)
    .setDeletebeforereplace(deleteBeforeReplace);
  for (const [path, change] of changes) {
    const property = path.split(/[.[]/, 1)[0] ?? path;
    response.addDiffs(property);
    if (change.replace) response.addReplaces(property);
    response
      .getDetaileddiffMap()
      .set(path, new proto.PropertyDiff().setKind(kinds[kindName(change)]).setInputdiff(true));
  }
  return response;
}

const kinds = proto.PropertyDiff.Kind;

function kindName(change: Change): keyof typeof kinds {
  const kind = change.kind.toUpperCase() as "ADD" | "DELETE" | "UPDATE";
  return change.replace ? `${kind}_REPLACE` : kind;
}

async function create(provider: Provider, request: proto.CreateRequest): Promise<proto.CreateResponse> {
  const inputs = decode(request.getProperties());
  if (request.getPreview()) {
    const outputs = provider.previewCreate(subjectOf(request), inputs);
    return new proto.CreateResponse().setProperties(encode(outputs));
  }
  const { id, outputs } = await provider.create(subjectOf(request), inputs);
  return new proto.CreateResponse().setId(id).setProperties(encode(outputs));
}

async function read(provider: Provider, request: proto.ReadRequest): Promise<proto.ReadResponse> {
  const state = decode(request.getProperties());
  const found = await provider.read(subjectOf(request), request.getId(), state, decode(request.getInputs()));
  if (found === undefined) return new proto.ReadResponse().setId("");
  return new proto.ReadResponse()
    .setId(found.id)
    .setProperties(encode(found.outputs))
    .setInputs(encode(found.inputs));
}

async function update(provider: Provider, request: proto.UpdateRequest): Promise<proto.UpdateResponse> {
  const subject = subjectOf(request);
  const state = decode(request.getOlds());
  const news = decode(request.getNews());
  const outputs = request.getPreview()
    ? provider.previewUpdate(subject, state, news)
    : await provider.update(subject, request.getId(), state, decode(request.getOldInputs()), news);
  return new proto.UpdateResponse().setProperties(encode(outputs));
}

async function invoke(
  provider: Provider,
  invokes: ReadonlyMap<string, Invoke>,
  request: proto.InvokeRequest,
): Promise<proto.InvokeResponse> {
  const run = invokes.get(request.getTok());
  if (run === undefined)
    throw new AwsError("UnknownInvoke", `${request.getTok()} is not part of the local target.`);
  const args = decode(request.getArgs());
  return new proto.InvokeResponse().setReturn(encode(await run(args, provider.scope(args))));
}
