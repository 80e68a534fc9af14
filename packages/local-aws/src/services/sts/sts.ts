import type * as Sdk from "@aws-sdk/client-sts";
import type { AwsService, Site } from "../../cloud.js";

/** Who the caller is: the account in its access key id. Any role may be assumed; its credentials stand for the role's account. */
export function createSts(secretAccessKey: string, now: () => number = Date.now): AwsService {
  return {
    operations: {
      GetCallerIdentity: (_input: Sdk.GetCallerIdentityCommandInput, { account }: Site) => ({
        Account: account,
        Arn: `arn:aws:iam::${account}:user/moorage`,
        UserId: "AIDALOCALTARGET000000",
      }),
      AssumeRole(input: Sdk.AssumeRoleCommandInput, site: Site) {
        const account = input.RoleArn?.split(":")[4] ?? site.account;
        const role = input.RoleArn?.split("/").at(-1) ?? "";
        return {
          Credentials: {
            AccessKeyId: account,
            SecretAccessKey: secretAccessKey,
            SessionToken: "local",
            Expiration: new Date(now() + (input.DurationSeconds ?? 3600) * 1000),
          },
          AssumedRoleUser: {
            Arn: `arn:aws:sts::${account}:assumed-role/${role}/${input.RoleSessionName ?? ""}`,
            AssumedRoleId: `AROALOCALTARGET000000:${input.RoleSessionName ?? ""}`,
          },
        };
      },
    },
  };
}
