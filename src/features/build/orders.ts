import { resolve } from "node:path";
import { ownerOfImage } from "../../core/project/built-sidecars.js";
import { didYouMean } from "../../core/project/suggest.js";
import { type ImageSettings, imagesIn } from "../../core/project/jobs.js";
import type { Config } from "../../core/project/schema.js";
import { badRequest } from "../../core/errors.js";
import type { ImageOrder } from "../../adapters/images/builder.js";

/**
 * The images that services, and jobs that are of none, are built as, each once: those of one repository share an image. Raises (exit 2)
 * `no-service` for a name that is none, `nothing-to-build`, `repository-shared` where two builds want one repository.
 */
export function imageOrders(config: Config, folder: string, only?: readonly string[]): ImageOrder[] {
  const services = imagesIn(config);
  const known = Object.keys(services);
  for (const name of only ?? []) if (!known.includes(name)) throw noService(name, known);
  const isWanted = (name: string) =>
    only === undefined || only.includes(name) || only.includes(ownerOfImage(name));
  const orders = new Map<string, ImageOrder>();
  for (const [name, service] of Object.entries(services)) {
    if (service.image !== undefined) continue;
    const order = orderOf(name, service, folder);
    const shared = orders.get(order.repository);
    if (shared && !sameBuild(shared, order)) throw repositoryShared(shared, name);
    orders.set(order.repository, shared ? { ...shared, services: [...shared.services, name] } : order);
  }
  const wanted = [...orders.values()].filter((order) => order.services.some(isWanted));
  if (wanted.length > 0) return wanted;
  throw badRequest(
    "nothing-to-build",
    `Every one of these services has a fixed image: ${(only ?? known).join(", ")}.`,
    "Give a service a `repository` instead of an `image` to have it built.",
  );
}

function orderOf(name: string, service: ImageSettings, folder: string): ImageOrder {
  const context = resolve(folder, service.build.context);
  return {
    services: [name],
    repository: service.repository ?? name,
    context,
    dockerfile: resolve(context, service.build.dockerfile),
    target: service.build.target,
    args: service.build.args,
    ...(Object.keys(service.build.secrets).length > 0 && { secrets: service.build.secrets }),
    ...(service.build.ssh && { ssh: true }),
    ...(service.build.cache === "registry" && {
      cache: { repository: service.repository ?? name, write: false },
    }),
    platform: service.architecture === "ARM64" ? "linux/arm64" : "linux/amd64",
  };
}

function sameBuild(one: ImageOrder, other: ImageOrder): boolean {
  const what = ({ services: _services, ...build }: ImageOrder) => JSON.stringify(build);
  return what(one) === what(other);
}

function noService(name: string, known: string[]): Error {
  return badRequest(
    "no-service",
    `${JSON.stringify(name)} is not a service (${didYouMean(name, known)}).`,
    "Name services of moorage:services, as in --services web,api.",
  );
}

function repositoryShared({ services, repository }: ImageOrder, name: string): Error {
  return badRequest(
    "repository-shared",
    `The services ${services.join(", ")} and ${name} are built differently, into one repository: ${repository}.`,
    `Give ${name} a repository of its own, or the same \`build\`.`,
  );
}
