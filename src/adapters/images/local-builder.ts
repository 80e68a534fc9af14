import type { BuilderEdges, BuildOrder, ImageBuilder, MakeImage } from "./builder.js";
import { ownFormatLabels } from "../../core/format.js";
import {
  type BuildDockerfile,
  buildImage,
  checkFolder,
  type ImageRequest,
  makeImage,
  type OnRequest,
} from "@moorage/local-aws";
import type { Trace } from "../../core/trace.js";
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
      const place = { registry, authorization, repository, tag, onRequest: registryTrace(edges.trace) };
      await buildImage({ ...imageRequest(order, { ...edges, dockerfile }), ...place });
    },
  };
}

/** Traces the requests of a push to the local registry. */
export function registryTrace(trace: Trace | undefined): OnRequest | undefined {
  return trace && ((request) => trace({ to: "registry", ...request }));
}

/** Builds with Docker or Podman, and traces what they run. */
export function tracedBuild(trace: Trace | undefined): BuildDockerfile {
  return (build, site) => buildWithAnyTool(build, { ...site, trace });
}

/** The same image as files, for which nothing has to run here. */
export function localMaker(options: Omit<LocalBuilderOptions, "authorization" | "registry">): MakeImage {
  return async (order, workFolder) => {
    await checkFolder(order.context);
    return makeImage(imageRequest(order, options), workFolder);
  };
}

function imageRequest(
  { context, target, args, platform, secrets, ssh, revision, created, dockerfile }: BuildOrder,
  { dockerfile: asksForDockerfile, ...edges }: Omit<LocalBuilderOptions, "authorization" | "registry">,
): ImageRequest {
  return {
    ...edges,
    buildDockerfile: tracedBuild(edges.trace),
    revision,
    created,
    labels: ownFormatLabels(),
    folder: context,
    prefer: asksForDockerfile ? "dockerfile" : "package",
    docker: {
      dockerfile,
      args,
      platform,
      ...(target !== undefined && { target }),
      ...(secrets && { secrets }),
      ...(ssh && { ssh }),
    },
  };
}
