/** A release as a record has it. */
interface Release {
  imageTag: string;
  /** Tags by service, of those that run another than `imageTag`. */
  imageTags?: Record<string, string>;
  /** By service. */
  digests: Record<string, string>;
}

/** What a task definition says of its image. */
interface Image {
  digest: string | undefined;
  tag: string | undefined;
}

/** The release that runs where some services of `deployed` run other images: an unknown digest is left out. */
export function releaseThatRuns(deployed: Release, images: Readonly<Record<string, Image>>): Release {
  const services = [...new Set([...Object.keys(deployed.digests), ...Object.keys(images)])];
  const tagOf = (service: string) =>
    images[service]?.tag ?? deployed.imageTags?.[service] ?? deployed.imageTag;
  const digestOf = (service: string) =>
    service in images ? images[service]?.digest : deployed.digests[service];
  const tags = services.map(tagOf);
  const imageTag = tags.includes(deployed.imageTag) ? deployed.imageTag : (tags[0] ?? deployed.imageTag);
  const others = services.map((service) => [service, tagOf(service)] as const);
  const imageTags = Object.fromEntries(others.filter(([, tag]) => tag !== imageTag));
  return {
    imageTag,
    ...(Object.keys(imageTags).length > 0 && { imageTags }),
    digests: Object.fromEntries(
      services.flatMap((service) => {
        const digest = digestOf(service);
        return digest === undefined ? [] : [[service, digest]];
      }),
    ),
  };
}
