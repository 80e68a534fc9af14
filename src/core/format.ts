import { MoorageError } from "./errors.js";
import { moorageVersion } from "./version.js";

/**
 * Of a record, a lock, an image or a build that a newer Moorage wrote in a form that this copy does not know (F57, exit 4).
 * `where`: what it is, as in `The record of dev`. `writer`: what it says of the version that wrote it.
 */
export function newerFormat(where: string, format: number | string, writer: unknown): MoorageError {
  const isVersion = typeof writer === "string" && /^[\w.+-]{1,40}$/.test(writer);
  return new MoorageError({
    code: "format-newer",
    message: `${where} was written by Moorage ${isVersion ? writer : "of a newer version"}, in format ${typeof format === "number" ? String(format) : JSON.stringify(format.slice(0, 40))}, which Moorage ${moorageVersion()} does not know.`,
    hint: `Use Moorage ${isVersion ? `${writer} or newer` : "of the main branch"} here: bring this branch up to date. Nothing was changed.`,
  });
}

/** The form of the images that this copy builds and runs: what their labels say, and what their tags promise. */
export const imageFormat = 1;

/** Labels of every image that Moorage builds, beside those of the OCI image specification. */
export const formatLabels = { format: "dev.moorage.format", writer: "dev.moorage.version" };

/** What an image that this copy builds says of its form. */
export function ownFormatLabels(): Record<string, string> {
  return { [formatLabels.format]: String(imageFormat), [formatLabels.writer]: moorageVersion() };
}

/**
 * Refuses an image whose labels name a form that this copy does not know (F57, exit 4). One without the label is of
 * somebody else's builder, and has the first form.
 */
export function checkImageFormat(where: string, label: (name: string) => string | undefined): void {
  const text = label(formatLabels.format);
  if (text === undefined) return;
  const format = /^\d{1,9}$/.test(text) ? Number(text) : text;
  if (typeof format === "number" && format <= imageFormat) return;
  throw newerFormat(where, format, label(formatLabels.writer));
}
