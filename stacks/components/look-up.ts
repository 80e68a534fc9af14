import { getExport } from "@pulumi/aws/cloudformation/getExport.js";
import { getSecret } from "@pulumi/aws/secretsmanager/getSecret.js";
import { getParameter } from "@pulumi/aws/ssm/getParameter.js";
import * as pulumi from "@pulumi/pulumi";
import { referencesMissing } from "../../src/core/project/references-missing.js";
import { type Reference, type ReferencePlace, referenceName } from "../../src/core/project/references.js";
import { fullStackName } from "./surroundings.js";

/**
 * Looks up, by name, what a configuration refers to; no secret's value is read. Raises `references-missing`, which names all that
 * could not be found. `known`: what is not looked up again.
 */
export async function lookUp(
  places: readonly ReferencePlace[],
  known: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const wanted = new Map(places.map(({ reference }) => [referenceName(reference), reference]));
  const results = await Promise.all(
    [...wanted].map(async ([name, reference]) => {
      const value = known[name];
      return { name, found: value === undefined ? await attempt(reference) : { value } };
    }),
  );
  const problems = new Map(
    results.flatMap(({ name, found }) => ("problem" in found ? [[name, found.problem]] : [])),
  );
  const missing = places.flatMap(({ path, reference }) => {
    const name = referenceName(reference);
    const problem = problems.get(name);
    return problem === undefined ? [] : [{ path, name, problem }];
  });
  if (missing.length > 0) throw referencesMissing(pulumi.getStack(), missing);
  const values = results.flatMap(({ name, found }) => ("value" in found ? [[name, found.value]] : []));
  return Object.fromEntries(values) as Record<string, string>;
}

type Found = { value: string } | { problem: string };

async function attempt(reference: Reference): Promise<Found> {
  try {
    return await finders[reference.from](reference);
  } catch (error) {
    return { problem: reasonIn(error) };
  }
}

const finders: Record<Reference["from"], (reference: Reference) => Promise<Found>> = {
  async fromCfn({ name }) {
    return { value: (await getExport({ name })).value };
  },
  async fromSsm({ name, wants }) {
    const { arn, type, value, insecureValue } = await getParameter({ name, withDecryption: false });
    if (wants === "arn") return { value: arn };
    if (type === "SecureString")
      return { problem: "is a SecureString: name it under `secrets`, which reads it at the task's start" };
    return { value: insecureValue || value };
  },
  async fromSecret({ name }) {
    return { value: (await getSecret({ name })).arn };
  },
  async fromStack({ name }) {
    const [stack = "", output = ""] = name.split("#");
    // Read by a call and not as a resource: nothing of the other stack gets into this one's state.
    const answer = (await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", {
      name: fullStackName(stack),
    })) as { outputs?: Record<string, unknown>; secretOutputNames?: string[] };
    return outputOf(output, answer.outputs ?? {}, answer.secretOutputNames ?? []);
  },
};

function outputOf(name: string, outputs: Record<string, unknown>, secrets: readonly string[]): Found {
  if (secrets.includes(name))
    return { problem: "is a secret: keep it in Secrets Manager and name that under `secrets`" };
  const value = outputs[name];
  if (typeof value === "string" && value !== "") return { value };
  if (typeof value === "number" || typeof value === "boolean") return { value: String(value) };
  if (value !== undefined && value !== null) return { problem: "is not text" };
  const others = Object.keys(outputs).filter((one) => !secrets.includes(one));
  return {
    problem: others.length === 0 ? "has no outputs" : `is no output; there are ${others.sort().join(", ")}`,
  };
}

/** What the provider said, without how it was called. */
export function reasonIn(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const said = text.split("returned an error:").at(-1) ?? text;
  return (
    said
      .replace(/^\s*invoking [\w:/]+:\s*/, "")
      .replace(/\s+/g, " ")
      .trim() || "it was not found"
  );
}
