import type * as pulumi from "@pulumi/pulumi";

/** By resource (`IssueLabel deploy`), the id by which the driver found it on GitHub. */
export type Adoptions = Readonly<Record<string, string>>;

/**
 * How a resource that exists is taken over: GitHub's provider creates nothing that is there. An import has to fit, so what may
 * differ stays as it is; the update after it brings it about. Source: terraform-provider-github since v6.13.0, pull request
 * 3342 (labels); REST API, "Create a repository variable", 409.
 */
export function adoption(
  adoptions: Adoptions,
  resource: string,
  mayDiffer: string[],
): Pick<pulumi.CustomResourceOptions, "import" | "ignoreChanges"> {
  const id = adoptions[resource];
  return id === undefined ? {} : { import: id, ignoreChanges: mayDiffer };
}
