import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../src/core/project/parse.js";
import { tuneForPreview } from "../../../src/core/project/preview.js";
import type { PreviewRoles } from "../../../src/core/project/schema.js";
import { MoorageError } from "../../../src/core/errors.js";
import { allowedRoles } from "../../../src/core/project/preview-allowed.js";
import { secretPatterns } from "../../../stacks/policies/preview-tasks.js";
import { account, oneService } from "../../stacks/program.js";

const secret = (name: string) => `arn:aws:secretsmanager:us-east-1:${account}:secret:${name}`;
const parameter = (name: string) => `arn:aws:ssm:us-east-1:${account}:parameter/${name}`;
const policy = (name: string) => `arn:aws:iam::${account}:policy/${name}`;

const place = { partition: "aws", region: "us-east-1", account, app: "hello", logs: "/ecs" };
const roles: PreviewRoles = {
  execution: `arn:aws:iam::${account}:role/moorage/execution`,
  task: `arn:aws:iam::${account}:role/moorage/task`,
  secrets: secretPatterns(place, { secrets: ["shared/mail"], parameters: ["/shared/*"] }),
  policies: [policy("hello-preview")],
};

type Settings = Record<string, unknown>;

function judge(service: Settings, preview: Settings = {}, previewRoles: PreviewRoles | undefined = roles) {
  const config = oneService({
    "moorage:services": { web: { repository: "hello", port: 8080, ...service } },
    "moorage:preview": { services: { web: preview } },
  });
  return allowedRoles("pr-42", tuneForPreview(parseConfig(config, "test")), { previewRoles });
}

function refused(service: Settings, preview?: Settings): MoorageError {
  try {
    judge(service, preview);
  } catch (error) {
    if (error instanceof MoorageError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("F51: what a pull request's configuration names for its preview", () => {
  it.each([
    ["below the app's preview prefix", secret("hello/preview/db-AbCdEf")],
    ["with a JSON key", `${secret("hello/preview/db-AbCdEf")}:password::`],
    ["that the foundation lists", secret("shared/mail-AbCdEf")],
    ["in Parameter Store", parameter("hello/preview/token")],
    ["in Parameter Store, below a listed prefix", parameter("shared/token")],
  ])("may be a secret %s", (_what, arn) => {
    expect(judge({ secrets: { X: arn } })).toBe(roles);
  });

  it.each([
    ["of an environment", secret("hello/prod/db-AbCdEf")],
    ["of another app whose name begins alike", secret("hello-world/preview/db-AbCdEf")],
    ["whose name begins like a listed one", secret("shared/mail-admin-AbCdEf")],
    ["of another account", secret("hello/preview/db-AbCdEf").replace(account, "222222222222")],
    ["of another region", secret("hello/preview/db-AbCdEf").replace("us-east-1", "eu-west-1")],
    ["in Parameter Store, of an environment", parameter("hello/dev/token")],
  ])("may not be a secret %s", (_what, arn) => {
    const { code, exitCode, message, hint } = refused({ secrets: { X: arn } });
    expect([code, exitCode]).toEqual(["preview-not-allowed", 4]);
    expect(message).toContain(`moorage:services.web.secrets.X: ${arn}`);
    expect(hint).toMatch(/below hello\/preview\/.*moorage:previews of the foundation/s);
  });

  it("may not be a sidecar's secret either", () => {
    const sidecars = {
      agent: { image: "agent@sha256:" + "a".repeat(64), secrets: { KEY: secret("datadog-AbCdEf") } },
    };
    expect(refused({ sidecars }).message).toContain("moorage:services.web.sidecars.agent.secrets.KEY");
  });

  it("may be a policy of the foundation's list, and no other", () => {
    expect(judge({ policies: [policy("hello-preview")] })).toBe(roles);
    const administrator = "arn:aws:iam::aws:policy/AdministratorAccess";
    expect(refused({ policies: [administrator] }).message).toContain(`web.policies: ${administrator}`);
    expect(refused({}, { policies: [administrator] }).message).toContain(administrator);
  });

  it("may leave out what its base has, and take another secret in its place", () => {
    const base = { policies: [policy("hello-dev")], secrets: { DB: secret("hello/dev/db-AbCdEf") } };
    const own = { policies: [], secrets: { DB: secret("hello/preview/db-AbCdEf") } };
    expect(judge(base, own)).toBe(roles);
    expect(judge(base, { policies: [], env: { DB: "sqlite::memory:" } })).toBe(roles);
  });
});

it("a foundation without roles for previews ends it with 2, and says what makes them", () => {
  const config = parseConfig(oneService({ "moorage:foundation": "foundation-dev" }), "test");
  const judged = () => allowedRoles("pr-42", config, {});
  expect(judged).toThrow(expect.objectContaining({ code: "preview-roles-missing", exitCode: 2 }) as Error);
  expect(judged).toThrow(
    expect.objectContaining({
      hint: expect.stringContaining("moorage infra up foundation-dev") as string,
    }) as Error,
  );
});

it("services that are apart at listeners of their own may not meet in a preview", () => {
  const app = (preview: Settings) =>
    oneService({
      "moorage:services": {
        web: { repository: "hello", port: 8080 },
        admin: { repository: "hello", port: 8080, listener: "internal" },
      },
      "moorage:preview": { services: preview },
      "moorage:hostsBelow": "localhost",
    });
  const judged = (preview: Settings) => () =>
    allowedRoles("pr-42", tuneForPreview(parseConfig(app(preview), "test")), { previewRoles: roles });
  expect(judged({})).toThrow(/web and admin would both answer \{stack\}\.\{domain\}\/\*/);
  expect(judged({ admin: { hosts: ["{stack}-admin.{domain}"] } })()).toBe(roles);
});
