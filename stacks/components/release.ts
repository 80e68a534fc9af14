import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../../src/core/project/schema.js";
import { checkTag } from "../../src/core/project/tag.js";
import type { Share } from "../../src/core/project/capacity.js";
import type { Standing } from "../../src/core/project/standing.js";
import type { ServiceConfig } from "../../src/core/project/service-schema.js";
import { formatImage, parseImage } from "../../src/core/project/image-reference.js";

/** Which bytes each service runs, and where its rule stands. */
export interface StackImages {
  imageTag: string;
  /** By service, where one runs another than `imageTag`. */
  imageTags: Record<string, string>;
  digests: Record<string, string>;
  /** By service, the repository that its image is in, where that is not its own. */
  repositories: Record<string, string>;
  priorities: Record<string, number>;
  /** Of the foundation's listeners the one that the stack stands at; the first by default. */
  entrance?: string | undefined;
  /** By service, the capacity provider strategy that is in place. */
  capacity: Record<string, readonly Share[]>;
  /** By service, what it has at the load balancer. */
  standing: Record<string, Standing>;
  /** The namespaces that the stack has. */
  namespaces: readonly string[];
}

/**
 * What the driver chose, from the configuration; under the plain CLI, which names no tag, what the stack's last outputs
 * say, so that `pulumi preview` shows no change of image.
 */
export async function findRelease(config: Config): Promise<StackImages> {
  const { imageTag, imageTags, digests, repositories, priorities, entrance, capacity, standing, namespaces } =
    config;
  if (imageTag !== undefined)
    return {
      imageTag: checkTag(imageTag),
      imageTags,
      digests,
      repositories,
      priorities,
      entrance,
      capacity,
      standing,
      namespaces,
    };
  const last = await lastRelease();
  if (last) return last;
  throw new pulumi.RunError(
    `No image is configured for ${pulumi.getStack()}, and it was never deployed: deploy it with \`moorage\`, ` +
      "or set moorage:imageTag and moorage:digests in its configuration.",
  );
}

/** A stack may read its own last outputs; before its first update there are none. */
async function lastRelease(): Promise<StackImages | undefined> {
  const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const reference = new pulumi.StackReference("last", { name });
  const imageTag: unknown = (await reference.getOutputDetails("imageTag")).value;
  const services: unknown = (await reference.getOutputDetails("services")).value;
  const jobs: unknown = (await reference.getOutputDetails("jobs")).value;
  const sidecars: unknown = (await reference.getOutputDetails("sidecars")).value;
  const namespace: unknown = (await reference.getOutputDetails("namespace")).value;
  const listener: unknown = (await reference.getOutputDetails("listener")).value;
  if (typeof imageTag !== "string" || !Array.isArray(services)) return undefined;
  const rows = [services, jobs, sidecars].flatMap((list) =>
    Array.isArray(list) ? (list as unknown[]) : [],
  ) as {
    name: string;
    imageTag?: string;
    image?: string;
    digest?: string;
    priority?: number;
    rulePriorities?: Record<string, number>;
    capacity?: readonly Share[];
    targetGroup?: string;
    standing?: Omit<Standing, "targetGroup" | "listener">;
  }[];
  return {
    imageTag,
    imageTags: collect(rows.map(({ name, imageTag: own }) => [name, own])),
    digests: collect(rows.map(({ name, digest }) => [name, digest])),
    repositories: collect(rows.map(({ name, image }) => [name, parseImage(image ?? "")?.repository])),
    priorities: collect(
      rows.flatMap(({ name, priority, rulePriorities = {} }) => [
        [name, priority],
        ...Object.entries(rulePriorities),
      ]),
    ),
    standing: collect(
      rows.map(({ name, targetGroup, standing }) => [
        name,
        typeof listener === "string" && targetGroup !== undefined
          ? { ...standing, targetGroup: targetGroup.split("/")[1] ?? "", listener }
          : undefined,
      ]),
    ),
    namespaces: typeof namespace === "string" ? [namespace] : [],
    capacity: collect(rows.map(({ name, capacity }) => [name, capacity])),
    entrance: typeof listener === "string" ? listener : undefined,
  };
}

function collect<Value>(rows: [string, Value | undefined][]): Record<string, Value> {
  return Object.fromEntries(
    rows.filter((row): row is [string, Value] => row[1] !== undefined && row[1] !== null),
  );
}

/** A service's image by digest, so that what runs is what was checked. Throws where the digest is not known. */
export function serviceImage(
  name: string,
  { image, repository: own }: Pick<ServiceConfig, "image" | "repository">,
  registry: string | undefined,
  { imageTag, digests, repositories }: StackImages,
): string {
  if (image !== undefined) return image;
  const digest = digests[name];
  const repository = repositories[name] ?? own;
  if (repository === undefined || registry === undefined || digest === undefined) {
    const missing = registry === undefined ? "moorage:registry" : `moorage:digests.${name}`;
    throw new pulumi.RunError(
      `${missing} is missing, so the image of ${name} is unknown: a tag (${imageTag}) may be moved, a digest may not.`,
    );
  }
  return formatImage({ registry, repository, digest });
}
