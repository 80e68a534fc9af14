/** Hyphens inside a part are doubled: `a-b` on `c` and `a` on `b-c` stay apart. */
export function accessPart(name: string): string {
  return name.replaceAll("-", "--");
}

/**
 * The roles that foundations make for an app's workflows, by what follows `role/`: one hyphen ends the app's name, so that those of
 * `hello-world` are not among those of `hello`. `never` are those of another app, and those of previews' tasks, whose code nobody has
 * reviewed.
 */
export function accessPattern(app: string): { own: string; never: string[] } {
  const name = accessPart(app);
  return {
    own: `moorage/${name}-*`,
    never: [`moorage/${name}--*`, `moorage/${name}-preview--*`],
  };
}

/** How `secretsprovider` names a KMS key by its alias or its ARN. Source: Pulumi, "AWS Key Management Service (KMS)" secrets provider. */
export function kmsProviderUrl(key: string, region: string): string {
  return `awskms://${key.startsWith("alias/") ? "" : "/"}${key}?region=${region}`;
}
