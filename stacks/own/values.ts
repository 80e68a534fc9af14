import * as pulumi from "@pulumi/pulumi";
import { ownProgramName } from "../../src/core/project/own-limits.js";
import { ownProblem } from "../../src/core/project/own-program.js";
import type { PolicyStatement } from "../../src/core/project/policy-statements.js";
import type { StatedTask } from "../../src/core/project/stated-tasks.js";
import type { OwnParts, OwnValues } from "./own.js";

/** Makes something of what a service gets: at once where it gets nothing, otherwise when it is known. */
export function withOwnValues<Value>(
  own: OwnParts | undefined,
  make: (values: OwnValues | undefined) => Value,
): pulumi.Input<Value> {
  if (own === undefined) return make(undefined) as pulumi.Input<Value>;
  const { env, secrets, judged = [] } = own;
  const values = pulumi.output({ env, secrets, judged }) as unknown as pulumi.Output<OwnValues>;
  const made = values.apply((known) => {
    checkKnown(known);
    return make(known);
  });
  return checked(own, made) as pulumi.Input<Value>;
}

/** An output that fails ends the program. */
function checked<Value>({ checks }: OwnParts, output: pulumi.Output<Value>): pulumi.Output<Value> {
  const known = (output as unknown as { promise(): Promise<Value> }).promise();
  known.catch(() => undefined);
  checks.push(known);
  return output;
}

/** ARNs of the secrets that a service gets; undefined where it gets none. */
export function ownSecrets(own: OwnParts | undefined): pulumi.Output<string[]> | undefined {
  if (own === undefined || Object.keys(own.secrets).length === 0) return undefined;
  return pulumi.output(Object.values(own.secrets)) as pulumi.Output<string[]>;
}

/** The policy that allows what the statements say; undefined where there is none. */
export function ownPolicy(own: OwnParts | undefined): pulumi.Output<string> | undefined {
  if (own === undefined || own.statements.length === 0) return undefined;
  const known = pulumi.output(own.statements.map((statement) => ({ ...statement })));
  const policy = known.apply((statements) => {
    const all = statements.map(({ Action, Resource, Condition }, index) => {
      const resources = [Resource].flat() as unknown[];
      for (const arn of resources) checkText(arn, `statements[${index}].Resource`, /^(\*|arn:)/, "no ARN");
      return {
        Effect: "Allow",
        Action: [Action].flat().sort(),
        Resource: [...new Set(resources as string[])].sort(),
        ...(Condition && { Condition }),
      };
    });
    return JSON.stringify({ Version: "2012-10-17", Statement: all });
  });
  return checked(own, policy);
}

/** What is known of the statements before anything is made; of those for what is still to be made, the actions. */
export function ownStated(own: OwnParts | undefined): Pick<StatedTask, "statements" | "actions"> {
  const all = (own?.statements ?? []).flatMap(({ Action, Resource, Condition }) =>
    [Resource].flat().map((resource) => ({ actions: [Action].flat(), resource, conditions: Condition })),
  );
  const statements = all.flatMap(({ actions, resource, conditions }) =>
    typeof resource === "string"
      ? [{ actions, resources: [resource], ...(conditions && { conditions: conditions as Conditions }) }]
      : [],
  );
  const unknown = all.filter(({ resource }) => typeof resource !== "string");
  return { statements, actions: [...new Set(unknown.flatMap(({ actions }) => actions))] };
}

type Conditions = NonNullable<PolicyStatement["conditions"]>;

function checkKnown({ env, secrets }: OwnValues): void {
  for (const [name, value] of Object.entries(env)) checkText(value, `env.${name}`, /^/, "");
  for (const [name, arn] of Object.entries(secrets))
    checkText(arn, `secrets.${name}`, /^arn:[^:]+:(secretsmanager|ssm):/, "no ARN of a secret or parameter");
}

/** An output that is empty is one that the local target cannot tell, or that the provider does not set. */
function checkText(value: unknown, path: string, form: RegExp, what: string): void {
  if (typeof value === "string" && form.test(value)) return;
  const isEmpty = value === undefined || value === null;
  throw ownProblem(
    ownProgramName,
    isEmpty
      ? `\`${path}\` has no value.`
      : `\`${path}\` is ${typeof value === "string" ? what : `a ${typeof value}`}.`,
    isEmpty
      ? "The output that it is made from is unknown: `moorage local status` names those that the local target cannot tell."
      : "Return a text, or an output that becomes one.",
  );
}
