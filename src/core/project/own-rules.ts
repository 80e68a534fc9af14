import { z } from "zod";
import { type Report, rule } from "./rule.js";

const statement = z.looseObject({ actions: z.array(z.string()), resources: z.array(z.string()) });
const allowance = z.looseObject({ resources: z.array(statement).optional() });

/** Whoever may do these could give himself all else. */
const powerful = /^(iam|sts|organizations|account|sso|identitystore):/i;

/** What changes nothing. */
const reading = /^[a-z0-9-]+:(Get|List|Describe)[A-Za-z]*\*?$/;

/** What roles may do to make the resources of moorage.ts: never more rights, and for previews nothing of anybody else's. */
export const ownRules = [
  rule({ resources: z.array(statement).optional() }, ({ resources = [] }, report) => {
    checkPower(resources, ["resources"], report);
  }),
  rule({ app: z.string(), previews: allowance.optional() }, ({ app, previews }, report) => {
    checkPreviews(app, previews, ["previews"], report);
  }),
  rule(
    {
      apps: z.array(
        z.looseObject({
          app: z.string(),
          resources: z.array(statement).optional(),
          previews: z.unknown().optional(),
        }),
      ),
    },
    ({ apps }, report) => {
      for (const [index, { app, resources = [], previews }] of apps.entries()) {
        const at = ["apps", String(index)];
        checkPower(resources, [...at, "resources"], report);
        const parsed = allowance.safeParse(previews);
        if (parsed.success) checkPreviews(app, parsed.data, [...at, "previews"], report);
      }
    },
  ),
];

type Statements = readonly z.infer<typeof statement>[];

function checkPower(statements: Statements, path: string[], report: Report): void {
  for (const [index, { actions }] of statements.entries()) {
    const found = actions.find((action) => powerful.test(action));
    if (found === undefined) continue;
    report(
      [...path, String(index), "actions"],
      "must give no rights: a role that may change roles can do everything",
      found,
    );
  }
}

/** `arn:...:shop-pr-*`, with the app's whole name before it. */
function checkPreviews(
  app: string,
  previews: z.infer<typeof allowance> | undefined,
  path: string[],
  report: Report,
): void {
  const { resources: statements = [] } = previews ?? {};
  checkPower(statements, [...path, "resources"], report);
  const own = new RegExp(`(^|[^A-Za-z0-9-])${app}-pr-\\*`);
  for (const [index, { actions, resources }] of statements.entries()) {
    if (actions.every((action) => reading.test(action))) continue;
    const foreign = resources.find((resource) => !own.test(resource));
    if (foreign === undefined) continue;
    report(
      [...path, "resources", String(index), "resources"],
      `must be those of previews, such as arn:aws:sqs:*:*:${app}-pr-*: a pull request's code has this role`,
      foreign,
    );
  }
}
