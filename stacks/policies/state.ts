import type { Scope } from "./scope.js";

const object = ({ partition }: Scope, bucket: string, key: string) =>
  `arn:${partition}:s3:::${bucket}/${key}`;

/**
 * What belongs to one stack in Pulumi's state bucket: its checkpoint, what was before it, its locks; and Moorage's record
 * beside them. Source: Pulumi, `pkg/backend/diy`, layout version 1.
 */
export function objectsOf(scope: Scope): string[] {
  const { project, stack, state } = scope;
  if (state === undefined) return [];
  return [
    `.pulumi/stacks/${project}/${stack}.json*`,
    `.pulumi/history/${project}/${stack}/*`,
    `.pulumi/backups/${project}/${stack}/*`,
    `.pulumi/locks/organization/${project}/${stack}/*`,
    `.moorage/${project}/${stack}.json`,
  ].map((key) => object(scope, state.bucket, key));
}

/** What every run reads: which layout the bucket has, and the records of who deploys what, which hold no secrets. */
export function sharedObjectsOf(scope: Scope): string[] {
  const { project, state } = scope;
  if (state === undefined) return [];
  return [".pulumi/meta.yaml", `.moorage/${project}/*`].map((key) => object(scope, state.bucket, key));
}

/** Checkpoints of stacks that others write: the foundation's outputs, a preview's base environment. */
export function readObjectsOf(scope: Scope): string[] {
  const { project, state } = scope;
  if (state === undefined) return [];
  return state.reads.map((stack) => object(scope, state.bucket, `.pulumi/stacks/${project}/${stack}.json*`));
}
