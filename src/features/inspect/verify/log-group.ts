import { logGroupName } from "../../../core/project/aws-names.js";
import { logGroupTags } from "../../../adapters/aws/log-groups.js";
import { logGroupOwner, foreignLogGroup } from "../../deploy/log-group-owner.js";
import { type Judgement, fail, pass, skip } from "./finding.js";
import type { VerifyInput } from "./verify-input.js";

/** It is this stack's, or not there yet: no other project writes into it. */
export async function judgeLogGroup(
  { context, config, environment }: VerifyInput,
  service: string,
): Promise<Judgement> {
  const owner = { app: config.app, service, stack: environment };
  const name = logGroupName(owner, config.logGroupPrefix);
  const tags = await logGroupTags(context.aws, name);
  switch (logGroupOwner(tags, { project: context.project, stack: environment })) {
    case "nobody":
      return skip("The first deployment creates it.");
    case "this stack":
      return pass(`${name} is this stack's.`);
    case "another": {
      const { message, hint } = foreignLogGroup(name, tags);
      return fail(`${message} ${hint}`);
    }
  }
}
