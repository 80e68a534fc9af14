import type { Descriptor } from "../registry/manifest.js";

/** `process.arch` in the words of OCI platforms. */
const architectures: Partial<Record<NodeJS.Architecture, string>> = { x64: "amd64", ia32: "386" };

/** The platform of tasks on this machine: containers are Linux wherever they run. */
export function hostArchitecture(arch: NodeJS.Architecture = process.arch): string {
  return architectures[arch] ?? arch;
}

/** The index's image for `linux/<architecture>`; attestations carry platform `unknown` and are never chosen. */
export function choosePlatform(
  children: readonly Descriptor[],
  architecture: string,
): Descriptor | undefined {
  return children.find(({ platform }) => platform?.os === "linux" && platform.architecture === architecture);
}
