import proto from "@pulumi/pulumi/proto/provider_pb.js";
import { AwsError, type Site } from "../cloud.js";
import { Monitor } from "../components/monitor.js";
import { type Component, constructVpc } from "../components/vpc.js";
import type { Properties } from "./values.js";
import { decode, encode } from "./wire.js";

/** Remote components, by type: what makes each of resources, and tells its outputs. */
const components: Record<string, (component: Component) => Promise<Properties>> = {
  "awsx:ec2:Vpc": constructVpc,
};

/** Of @pulumi/aws, so that a component's resources are made by the same provider as the program's own. */
const version = "7.48.0";

/** Makes a component, whose resources are registered with the engine that asks. */
export async function construct(
  request: proto.ConstructRequest,
  site: Site,
): Promise<proto.ConstructResponse> {
  const type = request.getType();
  const build = components[type];
  if (build === undefined) throw new AwsError("UnknownComponent", `${type} is not part of the local target.`);
  const monitor = new Monitor(request.getMonitorendpoint(), {
    version,
    protect: request.getProtect() ?? false,
    provider: request.getProvidersMap().get("aws"),
  });
  try {
    const name = request.getName();
    const { urn } = await monitor.component({ type, name, parent: request.getParent(), inputs: {} });
    const inputs = decode(request.getInputs());
    const state = await build({ monitor, name, parent: urn, inputs, site });
    await monitor.finish(urn, state);
    return new proto.ConstructResponse().setUrn(urn).setState(encode(state));
  } finally {
    monitor.close();
  }
}
