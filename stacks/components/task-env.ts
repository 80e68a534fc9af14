const credentialNames = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];
const otherSources = [
  "AWS_PROFILE",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
];

/**
 * What the target tells a container, without what the configuration says of the same name, as a variable or a secret. Credentials
 * belong together: where the configuration has any, none are told.
 */
export function targetVariables(
  told: Readonly<Record<string, string>>,
  own: Readonly<Record<string, unknown>>,
): Record<string, string> {
  const hasCredentials = [...credentialNames, ...otherSources].some((name) => name in own);
  return Object.fromEntries(
    Object.entries(told).filter(
      ([name]) => !(name in own) && !(hasCredentials && credentialNames.includes(name)),
    ),
  );
}
