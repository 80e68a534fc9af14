import { describe, expect, it } from "vitest";
import { classify } from "../../../src/adapters/aws/errors.js";

function awsError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name, $metadata: {} });
}

const deploy = "arn:aws:sts::111111111111:assumed-role/deploy-dev/run-7";
const refused = `User: ${deploy} is not authorized to perform: ecs:UpdateService on resource: arn:aws:ecs:us-east-1:111111111111:service/dev/web`;

describe("an error of AWS's is classified once", () => {
  it.each([
    ["ExpiredTokenException", "credentials", 2, "caller", /have expired/],
    ["CredentialsProviderError", "credentials", 2, "caller", /id-token: write/],
    ["InvalidIdentityToken", "credentials", 2, "caller", /Log in/],
    ["ThrottlingException", "throttled", 1, "platform", /share its limits/],
    ["Throttling", "throttled", 1, "platform", /share its limits/],
    ["TooManyRequestsException", "throttled", 1, "platform", /share its limits/],
    ["LimitExceededException", "quota", 1, "platform", /Service Quotas/],
    ["TooManyTargetGroups", "quota", 1, "platform", /Service Quotas/],
    ["ServiceQuotaExceededException", "quota", 1, "platform", /Service Quotas/],
    ["ClusterNotFoundException", "not-found", 1, "platform", /this account and region/],
    ["NoSuchEntity", "not-found", 1, "platform", /this account and region/],
    ["TimeoutError", "unreachable", 1, "platform", /proxy, DNS, region/],
    ["InternalFailure", "aws", 1, "platform", /again/],
  ] as const)("%s: %s", (name, code, exitCode, fault, hint) => {
    const error = classify(
      awsError(name, name === "ExpiredTokenException" ? "has expired" : "words"),
      "look",
    );
    expect(error).toMatchObject({ code, exitCode, fault, hint: expect.stringMatching(hint) });
    expect(error.message).toMatch(/look/);
    expect(error.cause).toMatchObject({ name });
  });

  it("what Node says of the connection is no fault of AWS's", () => {
    const error = Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
    expect(classify(error, "look").code).toBe("unreachable");
  });

  it.each([
    [
      "AccessDeniedException",
      refused,
      "Give deploy-dev ecs:UpdateService on arn:aws:ecs:us-east-1:111111111111:service/dev/web;",
    ],
    ["UnauthorizedOperation", `You are not authorized. ${refused}`, "Give deploy-dev ecs:UpdateService"],
    [
      "AccessDenied",
      `${refused} with an explicit deny in an identity-based policy`,
      "A policy denies ecs:UpdateService",
    ],
    [
      "AccessDenied",
      `${refused} with an explicit deny in a service control policy`,
      "A policy of the organisation refuses",
    ],
    [
      "AccessDenied",
      `${refused} because no permissions boundary allows the ecs:UpdateService action`,
      "The permissions boundary of deploy-dev",
    ],
    ["AccessDenied", "Access Denied", "Give the role the action that the message names"],
  ])("permission, %s: names role, action and who refuses", (name, message, hint) => {
    const error = classify(awsError(name, message), "update the service");
    expect(error).toMatchObject({ code: "permission", exitCode: 2, hint: expect.stringContaining(hint) });
  });
});
