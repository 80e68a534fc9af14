const suffix = "-previews";

/** Where pull requests push what `repository` holds of the main branch: nothing that an environment runs is in it. */
export function previewRepository(repository: string): string {
  return `${repository}${suffix}`;
}

/** Whether pull requests push there. */
export function isPreviewRepository(repository: string): boolean {
  return repository.endsWith(suffix);
}
