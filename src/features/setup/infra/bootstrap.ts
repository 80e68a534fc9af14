import type { AwsClients } from "../../../adapters/aws/clients.js";
import { classify } from "../../../adapters/aws/errors.js";
import { ensureStateBucket } from "../../../adapters/aws/state-bucket.js";
import { ensureStateKey } from "../../../adapters/aws/state-key.js";
import { badRequest } from "../../../core/errors.js";

export interface BootstrapRequest {
  aws: AwsClients;
  /** 3 to 63 lower-case letters, digits and hyphens; one space of names for all of AWS. */
  bucket: string;
  region: string;
  /** The KMS key's name, without `alias/`. */
  alias: string;
}

export interface Bootstrapped {
  /** For `backend: { url: ... }` or PULUMI_BACKEND_URL. */
  backendUrl: string;
  /** For `secretsprovider` in each `Pulumi.<env>.yaml`. */
  secretsProvider: string;
  /** What was not there before: `["key alias/moorage", "bucket acme-state"]`. */
  created: string[];
}

/**
 * Where an empty account keeps Pulumi's state: a private, versioned bucket and the KMS key that encrypts it and the secrets
 * in it. Run again, it completes what is missing and makes nothing twice.
 */
export async function bootstrapState({ aws, ...names }: BootstrapRequest): Promise<Bootstrapped> {
  check(names);
  const { bucket, region, alias } = names;
  try {
    const key = await ensureStateKey(await aws.kms(), alias);
    const made = await ensureStateBucket(await aws.s3(), { bucket, region, keyArn: key.arn });
    return {
      backendUrl: `s3://${bucket}?region=${region}`,
      secretsProvider: `awskms://alias/${alias}?region=${region}`,
      created: [...(key.made ? [`key alias/${alias}`] : []), ...(made ? [`bucket ${bucket}`] : [])],
    };
  } catch (error) {
    throw classify(error, "make the state's bucket and key");
  }
}

/** S3's and KMS's own rules for names (S3 user guide, "Bucket naming rules"; KMS API, CreateAlias); dots break TLS. */
function check({ bucket, region, alias }: Omit<BootstrapRequest, "aws">): void {
  if (
    !/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(bucket) ||
    /^(xn--|sthree-)|(-s3alias|--ol-s3)$/.test(bucket)
  ) {
    throw wrong("bucket", bucket, "3 to 63 lower-case letters, digits and hyphens, neither end a hyphen");
  }
  if (!/^[a-zA-Z0-9/_-]{1,250}$/.test(alias) || alias.startsWith("aws/")) {
    throw wrong("alias", alias, "letters, digits, `/`, `_` and `-`, not beginning with aws/");
  }
  if (!/^[a-z0-9-]+$/.test(region)) throw wrong("region", region, "such as eu-central-1");
}

function wrong(what: "bucket" | "alias" | "region", value: string, rule: string): Error {
  return badRequest(
    `bad-${what}`,
    `${JSON.stringify(value)} is not a valid ${what} name: ${rule}.`,
    `Give another --${what}.`,
  );
}
