/** Where an environment's wanted version of an app is written down. Both names are checked: they hold no slash. */
export function versionParameter(app: string, environment: string): string {
  return `/moorage/${app}/${environment}/version`;
}
