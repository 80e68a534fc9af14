import type { z } from "zod";

/** One thing that is wrong in the configuration. */
export interface Mistake {
  /** As the schema sees it: `["services", "web", "cpu"]`. */
  path: (string | number)[];
  /** What stands there, as JSON; absent when nothing does, or when it might be a secret. */
  found: string | undefined;
  /** What should stand there. */
  message: string;
}

/** A mistake in one of the project's files, as `config-invalid` lists it. */
export interface PlacedMistake {
  file: string;
  line: number;
  column: number;
  /** The full key first: `["moorage:services", "web", "cpu"]`. */
  path: (string | number)[];
  text: string;
}

type Issue = z.core.$ZodIssue;

/** Zod's issues, flattened, in the order of the schema. */
export function mistakesOf(issues: readonly Issue[]): Mistake[] {
  return issues.flatMap((issue) => flatten(issue, []));
}

/** `moorage:services.web.cpu: found 300; must be ...` */
export function describeMistake({ path, found, message }: Mistake): string {
  const place = path.length === 0 ? "moorage" : `moorage:${path.join(".")}`;
  return found === undefined ? `${place}: ${message}` : `${place}: found ${found}; ${message}`;
}

function flatten(issue: Issue, parent: (string | number)[]): Mistake[] {
  const path = [...parent, ...issue.path.map((part) => (typeof part === "symbol" ? String(part) : part))];
  const branch = issue.code === "invalid_union" ? nearestBranch(issue.errors) : undefined;
  if (branch) return branch.flatMap((inner) => flatten(inner, path));
  if (issue.code === "invalid_key") {
    return [
      {
        path,
        found: undefined,
        message: `is not a valid name: ${issue.issues[0]?.message ?? issue.message}`,
      },
    ];
  }
  if (issue.code === "invalid_type" && issue.input === undefined) {
    return [{ path, found: undefined, message: `is missing: ${issue.message}` }];
  }
  return [{ path, found: show(issue, path), message: issue.message }];
}

/** The alternative whose type fits, so that the mistake inside it is what a person meant. */
function nearestBranch(branches: Issue[][]): Issue[] | undefined {
  return branches.find((issues) =>
    issues.every((issue) => issue.path.length > 0 || !["invalid_type", "invalid_union"].includes(issue.code)),
  );
}

const sensitive = ["notify", "env", "secrets", "args"];

function show(issue: Issue, path: (string | number)[]): string | undefined {
  const { input } = issue;
  if (input === undefined || typeof input === "object" || issue.code === "unrecognized_keys")
    return undefined;
  if (path.some((part) => sensitive.includes(String(part)))) return undefined;
  const shown = JSON.stringify(input);
  return shown.length > 60 ? `${shown.slice(0, 57)}..."` : shown;
}
