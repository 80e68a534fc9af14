import { buildDockerfile } from "../local/images/container-build.js";
import { type BuilderEdges, labelsOf, type MakeImage } from "./builder.js";
import { noTool } from "./container-builder.js";
import { findContainerTool } from "./container-tool.js";

/** Makes images with Docker or Podman, whichever works here. */
export function containerMaker(edges: BuilderEdges): MakeImage {
  return async (order, workFolder) => {
    const tool = await findContainerTool(edges.env);
    if (tool === undefined) throw noTool();
    return buildDockerfile(tool, { ...order, labels: labelsOf(order) }, { ...edges, workFolder });
  };
}
