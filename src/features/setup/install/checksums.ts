import type { Bundle } from "./bundle.js";

/** The name under which a release says what its package holds, however that is compressed. */
function contentsName({ version }: Pick<Bundle, "version">): string {
  return `moorage-${version}.contents`;
}

/** `SHA256SUMS` of a release, in the form of `sha256sum`. */
export function checksumsOf(bundle: Bundle): string {
  return `${bundle.sha256}  ${bundle.name}\n${bundle.contents}  ${contentsName(bundle)}\n`;
}

/** Whether a release's `SHA256SUMS` has a package, or what is in it; undefined where the file does not name its version. */
export function isPublished(sums: string, bundle: Bundle): boolean | undefined {
  const published = new Map(
    sums.split("\n").flatMap((line) => {
      const [, hash, name] = /^([0-9a-f]{64}) [ *](\S+)$/.exec(line) ?? [];
      return hash === undefined || name === undefined ? [] : [[name, hash] as const];
    }),
  );
  const [whole, contents] = [published.get(bundle.name), published.get(contentsName(bundle))];
  if (whole === undefined && contents === undefined) return undefined;
  return whole === bundle.sha256 || contents === bundle.contents;
}
