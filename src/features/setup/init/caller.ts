import { Document, Scalar, type YAMLMap } from "yaml";
import type { CallableWorkflow } from "./workflow.js";

export interface Call {
  /** `preview` of `preview.yml`: the job's id, too. */
  name: string;
  /** Whose workflow it is: `acme/moorage`. */
  from: string;
  /** A commit: a tag can be moved. */
  ref: string;
  /** What people call it, beside the commit. */
  version: string | undefined;
  /** Values for inputs that differ from their defaults; those that the workflow does not have are left out. */
  values: Readonly<Record<string, string>>;
}

/** A workflow that does nothing but call Moorage's: its triggers, its permissions, its inputs and secrets handed through. */
export function callerOf(workflow: CallableWorkflow, { name, from, ref, version, values }: Call): string {
  const document = new Document({ name: workflow.title });
  document.commentBefore = ` Written by \`moorage init\`: it calls Moorage's own workflow, so that there is no second copy.`;
  document.set("on", workflow.triggers);
  document.set("permissions", document.createNode({}, { flow: true }));
  document.set("jobs", document.createNode({ [name]: {} }));
  const job = document.getIn(["jobs", name], true) as YAMLMap;
  job.set("permissions", document.createNode({}));
  for (const { scope, level, reason } of workflow.permissions) {
    const value = new Scalar(level);
    if (reason !== undefined) value.comment = ` ${reason}`;
    job.setIn(["permissions", scope], value);
  }
  const uses = new Scalar(`${from}/.github/workflows/${name}.yml@${ref}`);
  if (version !== undefined) uses.comment = ` ${version}`;
  job.set("uses", uses);
  const inputs = inputsOf(workflow, values);
  if (Object.keys(inputs).length > 0) job.set("with", document.createNode(inputs));
  const secrets = workflow.secrets.map((secret) => [secret, `\${{ secrets.${secret} }}`]);
  if (secrets.length > 0) job.set("secrets", document.createNode(Object.fromEntries(secrets)));
  spaced(document);
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/** What a person is asked for is handed on; where nobody was asked (a schedule), a boolean is false. */
function inputsOf({ inputs, asked }: CallableWorkflow, values: Call["values"]): Record<string, string> {
  const handed = asked
    .filter(({ name }) => inputs.includes(name))
    .map(({ name, isBoolean }) => [name, `\${{ inputs.${name}${isBoolean ? " || false" : ""} }}`]);
  const given = Object.entries(values).filter(([name]) => inputs.includes(name));
  return Object.fromEntries([...handed, ...given]) as Record<string, string>;
}

/** An empty line between the sections, as people write them. */
function spaced({ contents }: Document): void {
  for (const pair of (contents as YAMLMap).items.slice(1)) {
    const key = new Scalar(String(pair.key));
    key.spaceBefore = true;
    pair.key = key;
  }
}
