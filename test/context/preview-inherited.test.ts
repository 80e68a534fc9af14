import { expect, it } from "vitest";
import { withKmsContext } from "../../src/core/project/encryption.js";
import { inheritedFrom } from "../../src/context/preview-inherited.js";

const base = {
  config: {
    "moorage:app": "hello",
    "moorage:notify": { slack: { secure: "v1:a:b" }, webhook: "https://example.com/" },
    "datadog:apiKey": { secure: "v1:c:d" },
    "moorage:services": { web: { env: { LEVEL: "info" } } },
    "other:list": ["plain", { secure: "v1:e:f" }],
  },
  settings: {
    secretsprovider: "awskms://alias/moorage?region=us-east-1&context_stack=hello/dev",
    encryptedkey: "AQIC...",
  },
};

it("F51: a preview inherits no secure: value of its base, nor the key that they are encrypted with", () => {
  const { raw, settings, omitted } = inheritedFrom(base, { project: "hello", stack: "pr-42" });
  expect(omitted).toEqual(["moorage:notify.slack", "datadog:apiKey", "other:list[1]"]);
  expect(JSON.stringify(raw)).not.toContain("secure");
  expect(raw).toEqual({
    "moorage:app": "hello",
    "moorage:notify": { webhook: "https://example.com/" },
    "moorage:services": { web: { env: { LEVEL: "info" } } },
    "other:list": ["plain"],
  });
  expect(settings).toEqual({
    secretsprovider: "awskms://alias/moorage?region=us-east-1&context_stack=hello/pr-42",
  });
});

it("has exactly one pair of KMS's encryption context, whatever its base had", () => {
  const context = (provider: string) => withKmsContext(provider, { project: "hello", stack: "pr-7" });
  expect(context("awskms://alias/k?region=r")).toBe("awskms://alias/k?region=r&context_stack=hello/pr-7");
  expect(context("awskms://alias/k")).toBe("awskms://alias/k?context_stack=hello/pr-7");
  expect(context("awskms://k?context_a=b&region=r&context_stack=hello/dev")).toBe(
    "awskms://k?region=r&context_stack=hello/pr-7",
  );
  expect(context("passphrase")).toBe("passphrase");
});
