import { withKmsContext } from "../../../core/project/encryption.js";
import type { Answers } from "./answers.js";
import { foundationsOf } from "./foundations.js";
import { inYaml } from "./yaml-text.js";

/** The bucket that holds Pulumi's state; undefined where something else does. */
export function stateBucket({ backendUrl }: Pick<Answers, "backendUrl">): string | undefined {
  return /^s3:\/\/([^?/]+)/.exec(backendUrl ?? "")?.[1];
}

/** Where the bucket and its key are. */
export function stateRegion({ backendUrl, region }: Pick<Answers, "backendUrl" | "region">): string {
  return /[?&]region=([a-z0-9-]+)/.exec(backendUrl ?? "")?.[1] ?? region;
}

/** Accounts besides that of the state: there its key's alias is unknown. */
export function otherAccounts(answers: Answers): string[] {
  const own = answers.stateKey?.split(":")[4] ?? foundationsOf(answers)[0]?.account;
  return foundationsOf(answers).flatMap(({ account }) =>
    account === undefined || account === own ? [] : [account],
  );
}

/** The key as a stack of an environment, or its foundation, names it; undefined where nobody knows its ARN yet. */
export function keyFor(answers: Answers, environment: string | undefined): string | undefined {
  if (answers.stateKey !== undefined) return answers.stateKey;
  const account = foundationsOf(answers).find(
    ({ environments }) => environment !== undefined && environments.includes(environment),
  )?.account;
  return account !== undefined && otherAccounts(answers).includes(account) ? undefined : "alias/moorage";
}

/** The line that says what encrypts a stack's secrets; empty where a passphrase or Pulumi Cloud does. */
export function secretsProviderLine(answers: Answers, stack: string, environment?: string): string {
  if (stateBucket(answers) === undefined) return "";
  const key = keyFor(answers, environment);
  if (key === undefined)
    return "# Secrets are encrypted with the key of the state's account: run `moorage init` again with --state-key.\n";
  const place = key.startsWith("arn:") ? `/${key}` : key;
  const provider = `awskms://${place}?region=${stateRegion(answers)}`;
  return `secretsprovider: ${inYaml(withKmsContext(provider, { project: answers.app, stack }))}\n`;
}
