import type { BuilderEdges, BuildOrder, ImageBuilder, MakeImage } from "../../images/builder.js";
import { checkFolder } from "./app-package.js";
import { buildImage, type ImageRequest, makeImage } from "./build.js";

export interface LocalBuilderOptions extends BuilderEdges {
  /** `127.0.0.1:PORT`. */
  registry: string;
  /** Asks for Dockerfiles also where a start script would do. */
  dockerfile: boolean;
}

/**
 * Builds as `moorage local image` does: from a package.json with a start script, else a Dockerfile. What it builds is in
 * the local registry at once: nothing else keeps images here.
 */
export function localBuilder({ registry, dockerfile, ...edges }: LocalBuilderOptions): ImageBuilder {
  return {
    async build(order) {
      const { tag } = order;
      const repository = `${order.registry}/${order.repository}`;
      await buildImage({ ...imageRequest(order, { ...edges, dockerfile }), registry, repository, tag });
    },
  };
}

/** The same image as files, for which nothing has to run here. */
export function localMaker(options: Omit<LocalBuilderOptions, "registry">): MakeImage {
  return async (order, workFolder) => {
    await checkFolder(order.context);
    return makeImage(imageRequest(order, options), workFolder);
  };
}

function imageRequest(
  { context, target, args, platform, revision, created, dockerfile }: BuildOrder,
  { dockerfile: asksForDockerfile, ...edges }: Omit<LocalBuilderOptions, "registry">,
): ImageRequest {
  return {
    ...edges,
    revision,
    created,
    folder: context,
    prefer: asksForDockerfile ? "dockerfile" : "package",
    docker: { dockerfile, target, args, platform },
  };
}
