import type { BuilderEdges, BuildOrder, ImageBuilder, MakeImage } from "./builder.js";
import { ownFormatLabels } from "../../core/format.js";
import { buildImage, checkFolder, type ImageRequest, makeImage } from "@moorage/local-aws";
import { buildWithAnyTool } from "./container-build.js";

export interface LocalBuilderOptions extends BuilderEdges {
  /** `127.0.0.1:PORT`. */
  registry: string;
  /** Logs in to it. */
  authorization: string;
  /** Asks for Dockerfiles also where a start script would do. */
  dockerfile: boolean;
}

/**
 * Builds as `moorage local image` does: from a package.json with a start script, else a Dockerfile. What it builds is in
 * the local registry at once: nothing else keeps images here.
 */
export function localBuilder({
  registry,
  authorization,
  dockerfile,
  ...edges
}: LocalBuilderOptions): ImageBuilder {
  return {
    make: localMaker({ ...edges, dockerfile }),
    async build(order) {
      const { tag } = order;
      const repository = `${order.registry}/${order.repository}`;
      const place = { registry, authorization, repository, tag };
      await buildImage({ ...imageRequest(order, { ...edges, dockerfile }), ...place });
    },
  };
}

/** The same image as files, for which nothing has to run here. */
export function localMaker(options: Omit<LocalBuilderOptions, "authorization" | "registry">): MakeImage {
  return async (order, workFolder) => {
    await checkFolder(order.context);
    return makeImage(imageRequest(order, options), workFolder);
  };
}

function imageRequest(
  { context, target, args, platform, revision, created, dockerfile }: BuildOrder,
  { dockerfile: asksForDockerfile, ...edges }: Omit<LocalBuilderOptions, "authorization" | "registry">,
): ImageRequest {
  return {
    ...edges,
    buildDockerfile: buildWithAnyTool,
    revision,
    created,
    labels: ownFormatLabels(),
    folder: context,
    prefer: asksForDockerfile ? "dockerfile" : "package",
    docker: { dockerfile, target, args, platform },
  };
}
