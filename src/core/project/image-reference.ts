/** An image by name and what picks its bytes. */
export interface ImageReference {
  /** Host, optional port and path: `111111111111.dkr.ecr.us-east-1.amazonaws.com`. */
  registry: string;
  repository: string;
  tag?: string;
  /** `sha256:...`; wins over the tag. */
  digest?: string;
}

/** `registry/repository[:tag][@digest]`. */
export function formatImage({ registry, repository, tag, digest }: ImageReference): string {
  const named = `${registry}/${repository}${tag === undefined ? "" : `:${tag}`}`;
  return digest === undefined ? named : `${named}@${digest}`;
}

const form = /^(?<name>[^\s@]+?)(?::(?<tag>\w[\w.-]{0,127}))?(?:@(?<digest>sha256:[a-f0-9]{64}))?$/;

/**
 * The parts of an image reference, by Docker's rule: what stands before the first slash is a registry when it has a dot,
 * a port, or is `localhost`; otherwise Docker Hub is meant. Undefined when the text is no reference.
 */
export function parseImage(text: string): ImageReference | undefined {
  const { name, tag, digest } = form.exec(text)?.groups ?? {};
  if (name === undefined) return undefined;
  const [first = "", ...rest] = name.split("/");
  const registered = rest.length > 0 && /[.:]|^localhost$/.test(first);
  const repository = registered ? rest.join("/") : rest.length === 0 ? `library/${name}` : name;
  if (!/^[a-z0-9]+([._/-]+[a-z0-9]+)*$/.test(repository)) return undefined;
  return {
    registry: registered ? first : "docker.io",
    repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}
