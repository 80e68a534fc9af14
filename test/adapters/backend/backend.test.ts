import { homedir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseBackend, wholeUrl } from "../../../src/adapters/backend/backend.js";
import { parseS3Url } from "../../../src/adapters/backend/s3-url.js";

describe("a backend's URL", () => {
  it.each([
    ["file:///state", "/state"],
    ["file:///my%20state?no_tmp_dir=true", "/my state"],
    ["file://~", homedir()],
    ["file://~/state", join(homedir(), "state")],
    ["file://./state", join(process.cwd(), "state")],
  ])("%s is a folder", (url, folder) => {
    expect(parseBackend(url)).toEqual({ kind: "files", folder });
  });

  it.each(["https://api.pulumi.com", "http://127.0.0.1:9000/"])("%s is Pulumi Cloud", (url) => {
    expect(parseBackend(url)).toEqual({ kind: "cloud", url: url.replace(/\/$/, "") });
  });

  it.each([
    ["file://./my state?no_tmp_dir=true", `file://${process.cwd()}/my%20state?no_tmp_dir=true`],
    ["file:///state", "file:///state"],
    ["s3://acme?region=us-east-1", "s3://acme?region=us-east-1"],
  ])("%s is whole for a CLI that runs elsewhere", (url, whole) => {
    expect(wholeUrl(url)).toBe(whole);
  });

  it.each(["gs://bucket", "azblob://container?storage_account=x", "postgres://host/db"])(
    "%s is refused",
    (url) => {
      expect(() => parseBackend(url)).toThrow(
        /cannot keep its records with a state in (gs|azblob|postgres):/,
      );
    },
  );
});

describe("an S3 backend's URL", () => {
  it.each([
    ["s3://acme", { bucket: "acme", prefix: "" }],
    ["s3://acme/team/apps/", { bucket: "acme", prefix: "team/apps/" }],
    ["s3://acme?region=eu-west-1&profile=ops&awssdk=v2", { region: "eu-west-1", profile: "ops" }],
    [
      "s3://acme?endpoint=minio:9000&disableSSL=true&s3ForcePathStyle=true",
      { endpoint: "http://minio:9000", forcePathStyle: true },
    ],
    ["s3://acme?endpoint=minio:9000", { endpoint: "https://minio:9000", forcePathStyle: false }],
    [
      "s3://acme?endpoint=http://127.0.0.1:9000&use_path_style=1",
      { endpoint: "http://127.0.0.1:9000", forcePathStyle: true },
    ],
    [
      "s3://acme?ssetype=aws:kms&kmskeyid=alias/state",
      { encryption: { type: "aws:kms", keyId: "alias/state" } },
    ],
    ["s3://acme?dualstack=true&fips=true", { dualstack: true, fips: true }],
  ])("%s", (url, place) => {
    expect(parseS3Url(url)).toMatchObject(place);
  });

  it.each([
    ["s3://", /names no bucket/],
    ["s3://acme?regoin=eu-west-1", /its parameter regoin is not known/],
  ])("%s is refused", (url, message) => {
    expect(() => parseS3Url(url)).toThrow(message);
  });
});
