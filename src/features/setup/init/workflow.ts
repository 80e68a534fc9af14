import { type Document, isMap, isScalar, parseDocument, type YAMLMap } from "yaml";

/** What a caller has to know of a workflow that can be called. */
export interface CallableWorkflow {
  title: string;
  /** Its own triggers, with their comments, less that of being called. */
  triggers: YAMLMap;
  /** What its jobs need, each at most once, with the reason that stands behind it. */
  permissions: Permission[];
  inputs: string[];
  /** Inputs that a person gives who starts it by hand; with the booleans told apart. */
  asked: { name: string; isBoolean: boolean }[];
  secrets: string[];
  /** As a commit shows them, without the caller's job. */
  jobs: string[];
}

export interface Permission {
  scope: string;
  level: string;
  reason: string | undefined;
}

/** Reads a workflow; undefined for one that cannot be called. */
export function readWorkflow(text: string): CallableWorkflow | undefined {
  const document = parseDocument(text);
  const triggers = document.get("on", true);
  if (!isMap(triggers) || !triggers.has("workflow_call")) return undefined;
  const asked = mapAt(document, ["on", "workflow_dispatch", "inputs"]);
  const workflow = {
    title: String(document.get("name")),
    permissions: permissionsOf(document),
    inputs: keysOf(mapAt(document, ["on", "workflow_call", "inputs"])),
    asked: keysOf(asked).map((name) => ({ name, isBoolean: asked?.getIn([name, "type"]) === "boolean" })),
    secrets: keysOf(mapAt(document, ["on", "workflow_call", "secrets"])),
    jobs: keysOf(mapAt(document, ["jobs"])).map((id) => String(document.getIn(["jobs", id, "name"]) ?? id)),
  };
  triggers.delete("workflow_call");
  return { ...workflow, triggers };
}

function mapAt(document: Document, path: readonly string[]): YAMLMap | undefined {
  const node = document.getIn(path, true);
  return isMap(node) ? node : undefined;
}

function keysOf(map: YAMLMap | undefined): string[] {
  return (map?.items ?? []).map(({ key }) => (isScalar(key) ? String(key.value) : String(key)));
}

/** GitHub gives a called workflow no more than its caller has, so the caller has what any of its jobs needs. */
function permissionsOf(document: Document): Permission[] {
  const found = new Map<string, Permission>();
  for (const job of keysOf(mapAt(document, ["jobs"]))) {
    for (const scope of keysOf(mapAt(document, ["jobs", job, "permissions"]))) {
      const value = document.getIn(["jobs", job, "permissions", scope], true);
      const level = isScalar(value) ? String(value.value) : "read";
      const reason = isScalar(value) ? (value.comment?.trim() ?? undefined) : undefined;
      const known = found.get(scope);
      if (known === undefined || known.level === "read") found.set(scope, { scope, level, reason });
    }
  }
  return [...found.values()];
}
