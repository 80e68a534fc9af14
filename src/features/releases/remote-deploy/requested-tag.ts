import { readParameter } from "../../../adapters/aws/parameters.js";
import { checkTag } from "../../../core/project/tag.js";
import type { Context } from "../../../context/context.js";
import { badRequest } from "../../../core/errors.js";
import { versionParameter } from "./parameter.js";

/** The tag that was requested last. Raises a bad request: `version-not-requested`, `tag-invalid`. */
export async function requestedTag(
  { aws, reporter }: Pick<Context, "aws" | "reporter">,
  app: string,
  environment: string,
): Promise<string> {
  const name = versionParameter(app, environment);
  const found = await readParameter(aws, name);
  if (found === undefined) {
    throw badRequest(
      "version-not-requested",
      `There is no parameter ${name}: nobody has requested a version of ${app} for ${environment}.`,
      `Run \`moorage request ${environment} --tag T\` in the app's repository, or name the image with --tag.`,
    );
  }
  reporter.notify({ kind: "detail", text: `${name} asks for ${found.value}` });
  return checkTag(found.value.trim());
}
