import type { BuilderEdges, ImageBuilder } from "../../images/builder.js";
import { buildImage } from "./build.js";

export interface LocalBuilderOptions extends BuilderEdges {
  /** `127.0.0.1:PORT`. */
  registry: string;
  /** Asks for Dockerfiles also where a start script would do. */
  dockerfile: boolean;
}

/** Builds for the local registry as `moorage local image` does: from a package.json with a start script, else a Dockerfile. */
export function localBuilder({ registry, dockerfile, ...edges }: LocalBuilderOptions): ImageBuilder {
  return {
    // Only the registry keeps images here.
    has: async () => false,
    async build({ context, target, args, platform, ...order }) {
      if (!order.push)
        edges.onWarning(`${order.repository}:${order.tag} is built, but nothing keeps it without --push.`);
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
