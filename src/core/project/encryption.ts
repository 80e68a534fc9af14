import { badRequest } from "../errors.js";

/** What the roles' policies know a stack's secrets by: two apps may share a key and have stacks of one name. */
export function encryptionContext({ project, stack }: { project: string; stack: string }): string {
  return `${project}/${stack}`;
}

/**
 * `awskms://...?region=...&context_stack=hello/pr-42`: exactly one pair. The engine keeps pairs in no order and mixes two of
 * them up (pulumi#21068), so one pair names both the project and the stack.
 */
export function withKmsContext(provider: string, owner: { project: string; stack: string }): string {
  if (!isKms(provider)) return provider;
  const [place = "", query = ""] = provider.split("?");
  const others = query.split("&").filter((pair) => pair !== "" && !pair.startsWith("context_"));
  return `${place}?${[...others, `context_stack=${encryptionContext(owner)}`].join("&")}`;
}

/**
 * Refuses (`config-invalid`) a KMS key that encrypts a stack's secrets under another context than the stack's own, under
 * several or none: the stack's role could not decrypt them, or another stack's role could.
 */
export function checkContext(
  settings: Readonly<Record<string, string>>,
  owner: { project: string; stack: string },
  source: string,
): void {
  const provider = settings["secretsprovider"];
  if (provider === undefined || !isKms(provider)) return;
  const query = new URLSearchParams(provider.split("?")[1] ?? "");
  const pairs = [...query].filter(([name]) => name.startsWith("context_"));
  const wanted = `context_stack=${encryptionContext(owner)}`;
  if (pairs.length === 1 && pairs[0]?.join("=") === wanted) return;
  const found = pairs.length === 0 ? "none" : pairs.map((pair) => pair.join("=")).join(" and ");
  throw badRequest(
    "config-invalid",
    `${source}: \`secretsprovider\` must have exactly one encryption context, ${wanted}; it has ${found}.`,
    `Write \`secretsprovider: ${withKmsContext(provider, owner)}\`. If the stack is deployed already, run ` +
      `\`pulumi stack change-secrets-provider\` with it, which re-encrypts its secrets.`,
  );
}

function isKms(provider: string): boolean {
  return provider.startsWith("awskms://");
}
