import type { BuilderEdges, ImageBuilder } from "../../images/builder.js";
import { buildImage } from "./build.js";

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
    async build({ context, target, args, platform, ...order }) {
      await buildImage({
        ...order,
        ...edges,
        registry,
        folder: context,
        repository: `${order.registry}/${order.repository}`,
        prefer: dockerfile ? "dockerfile" : "package",
        docker: { dockerfile: order.dockerfile, target, args, platform },
      });
    },
  };
}
