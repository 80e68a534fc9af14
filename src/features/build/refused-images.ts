import { badRequest, MoorageError } from "../../core/errors.js";

/** Of saved images that are not what they must be; none of them is pushed (exit 4, F27). */
export function refusedImages(reason: string): MoorageError {
  return new MoorageError({
    code: "saved-images-refused",
    message: `The saved images are not pushed: ${reason}.`,
    hint: "Check what built them; only images that `moorage build --save` built from exactly that commit are accepted.",
  });
}

/** Of a folder that holds no saved images (exit 2). */
export function badLayout(folder: string, reason: string): MoorageError {
  return badRequest(
    "saved-images-unreadable",
    `${folder} holds no saved images: ${reason}.`,
    "Name a folder written by `moorage build --save`.",
  );
}
