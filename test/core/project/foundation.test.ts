import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseFoundationConfig } from "../../../src/core/project/foundation.js";
import { foundationStackShape } from "../../../src/core/project/foundation-schema.js";
import { githubAccess, network, repositories, state } from "../../../src/core/project/foundation-parts.js";
import { readProject, readStackFile } from "../../../src/core/project/project.js";
import { root } from "../../harness/sandbox.js";

const valid = { "moorage:app": "hello", "moorage:domain": "example.com", "moorage:zone": "Z0123456789" };
const parse = (changes: Record<string, unknown>) => parseFoundationConfig({ ...valid, ...changes }, "test");

describe("a foundation's configuration", () => {
  it("the repository's own has no mistake, though it inherits what environments read", async () => {
    const { config, source } = await readStackFile(await readProject(root), "foundation-dev");
    expect(parseFoundationConfig(config, source)).toMatchObject({
      network: { nat: "single", zones: 2, tasks: "private" },
      repositories: { names: ["hello"], keep: 500 },
      listener: { protocol: "HTTPS" },
    });
  });

  it.each([
    ["HTTPS without a domain", { "moorage:domain": undefined }, /moorage:domain: is missing: HTTPS/],
    ["a certificate that nothing proves", { "moorage:zone": undefined }, /moorage:zone: is missing/],
    [
      "private tasks without a way to ECR",
      { "moorage:network": { nat: "none" } },
      /network\.nat: found "none"; without NAT.*ecr, logs/,
    ],
    [
      "an existing VPC without its subnets",
      { "moorage:network": { vpc: "vpc-1" } },
      /publicSubnets: is missing(.|\n)*privateSubnets: is missing/,
    ],
    // Its role to deploy would trust GitHub's environment `preview`, where every pull request's jobs run.
    [
      "F51: an environment that GitHub's jobs run in",
      { "moorage:environments": ["dev", "preview"] },
      /environments\.1:.*not build, plan, preview, preview-forks/,
    ],
    ["subnets of no VPC", { "moorage:network": { publicSubnets: ["subnet-1"] } }, /belongs to a VPC/],
    ["one zone: a load balancer wants two", { "moorage:network": { zones: 1 } }, /from 2 to 6/],
    [
      "a key of a bucket that is made here",
      { "moorage:state": { bucket: "b-1", key: "arn:aws:kms:a:b:key/1" } },
      /existing: true/,
    ],
    [
      "subjects of ids that are not known",
      { "moorage:github": { repository: "acme/hello", subject: "ids" } },
      /repositoryId: is missing(.|\n)*ownerId: is missing/,
    ],
    ["a setting that there is not", { "moorage:nat": "single" }, /"nat" is not a setting/],
  ])("is refused with %s", (_title, changes, message) => {
    expect(() => parse(changes)).toThrow(message);
  });

  it("tells all mistakes at once", () => {
    const wrong = {
      "moorage:zone": "example.com",
      "moorage:network": { nat: "some" },
      "moorage:protect": "maybe",
    };
    expect(() => parse(wrong)).toThrow(/3 mistakes/);
  });

  it.each([
    [
      "HTTP without a domain, in a sandbox",
      { "moorage:domain": undefined, "moorage:zone": undefined, "moorage:listener": { protocol: "HTTP" } },
    ],
    ["no NAT with public tasks", { "moorage:network": { nat: "none", tasks: "public" } }],
    ["no NAT with endpoints", { "moorage:network": { nat: "none", endpoints: ["s3", "ecr", "logs"] } }],
    [
      "a certificate that exists, without a zone",
      { "moorage:zone": undefined, "moorage:certificate": "arn:aws:acm:a:1:certificate/x" },
    ],
    ["text for true, as the engine hands it over", { "moorage:protect": "true" }],
  ])("may have %s", (_title, changes) => {
    expect(parse(changes).app).toBe("hello");
  });
});

const page = readFileSync(join(root, "docs/aws.md"), "utf8");

it.each([
  ["a foundation's stack", foundationStackShape],
  ["its network", network.shape],
  ["its repositories", repositories.shape],
  ["its state", state.shape],
  ["its access", githubAccess.shape],
])("docs/aws.md names every setting of %s", (_title, shape) => {
  expect(Object.keys(shape).filter((key) => !page.includes(`\`${key}\``))).toEqual([]);
});
