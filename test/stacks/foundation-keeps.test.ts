import { describe, expect, it } from "vitest";
import { account } from "./program.js";
import { everything, github, runFoundation, settings } from "./foundation-run.js";

const role = "aws:iam/role:Role";

describe("a foundation's repositories", () => {
  it("keep tags, but for latest, scan what is pushed, and let the next account pull", async () => {
    const { find } = await runFoundation(everything);
    expect(find("aws:ecr/repository:Repository", "team-api")).toMatchObject({
      name: "team/api",
      imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
      imageTagMutabilityExclusionFilters: [
        { filter: "latest", filterType: "WILDCARD" },
        { filter: "buildcache-*", filterType: "WILDCARD" },
      ],
      imageScanningConfiguration: { scanOnPush: true },
    });
    const policy = JSON.parse(
      String(find("aws:ecr/repositoryPolicy:RepositoryPolicy", "hello")["policy"]),
    ) as object;
    expect(policy).toMatchObject({
      Statement: [{ Principal: { AWS: ["arn:aws-x:iam::222222222222:root"] } }],
    });
  });

  it("F24: lose no release, and of the commits' images only old ones", async () => {
    const { find } = await runFoundation(settings({ "moorage:repositories": { keep: 300 } }));
    const { rules } = JSON.parse(
      String(find("aws:ecr/lifecyclePolicy:LifecyclePolicy", "hello")["policy"]),
    ) as {
      rules: { rulePriority: number; selection: { tagPatternList?: string[]; countNumber: number } }[];
    };
    const commits = rules.find(({ selection }) => selection.tagPatternList?.includes("sha-*"));
    const releases = rules.find(({ selection }) => selection.tagPatternList?.includes("v*"));
    expect(commits?.selection.countNumber).toBe(300);
    // An image that an earlier rule matches is left alone by later ones, whatever its other tags.
    expect(releases?.rulePriority).toBeLessThan(commits?.rulePriority ?? 0);
    expect(releases?.selection.countNumber).toBeGreaterThanOrEqual(100_000);
  });
});

describe("F51: what pull requests push", () => {
  it("is in repositories of its own, whose tags stay and whose images go after some days", async () => {
    const { find, all } = await runFoundation(settings({ "moorage:repositories": { previewDays: 9 } }));
    expect(all("aws:ecr/repository:Repository").sort()).toEqual(["hello", "hello-previews"]);
    expect(find("aws:ecr/repository:Repository", "hello-previews")).toMatchObject({
      name: "hello-previews",
      imageTagMutability: "IMMUTABLE",
    });
    const policy = String(find("aws:ecr/lifecyclePolicy:LifecyclePolicy", "hello-previews")["policy"]);
    expect(JSON.parse(policy)).toMatchObject({
      rules: [{ selection: { tagStatus: "any", countType: "sinceImagePushed", countNumber: 9 } }],
    });
  });

  it("needs a role that pull requests can take; the one that pushes what environments run trusts branches alone", async () => {
    const { find } = await runFoundation(settings({ "moorage:github": github }));
    const trusted = (name: string) => String(find(role, name)["assumeRolePolicy"]);
    expect(trusted("build")).not.toContain("pull_request");
    expect(trusted("build")).toContain("repo:acme/hello:ref:refs/heads/main");
    expect(trusted("build-previews")).toContain("repo:acme/hello:pull_request");
    const may = (name: string) => String(find("aws:iam/rolePolicy:RolePolicy", name)["policy"]);
    expect(may("build-previews")).not.toContain("s3:");
    expect(may("build-previews")).toContain(":Repository/hello-previews");
    expect(may("build")).not.toContain("hello-previews");
  });
});

describe("a foundation's state", () => {
  it("is versioned, private, encrypted with a rotated key, and for TLS only", async () => {
    const { find } = await runFoundation(everything);
    expect(find("aws:s3/bucketVersioning:BucketVersioning")).toMatchObject({
      versioningConfiguration: { status: "Enabled" },
    });
    expect(find("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock")).toMatchObject({
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    expect(find("aws:kms/key:Key")).toMatchObject({ enableKeyRotation: true });
    expect(String(find("aws:s3/bucketPolicy:BucketPolicy")["policy"])).toContain(
      '"aws:SecureTransport":"false"',
    );
  });

  it("may be where bootstrap has put it", async () => {
    const state = { bucket: "hello-state", existing: true, key: `arn:aws-x:kms:eu-north-9:${account}:key/1` };
    const { declared, outputs } = await runFoundation(settings({ "moorage:state": state }));
    expect(declared.filter(({ type }) => /:(s3|kms)\//.test(type))).toEqual([]);
    expect(outputs["stateBucket"]).toBe("hello-state");
  });
});

describe("a foundation's access", () => {
  it("has a role for each purpose, apart from those that a deployment may change", async () => {
    const config = settings({ "moorage:github": github, "moorage:environments": ["dev", "staging"] });
    const { all, find } = await runFoundation(config);
    expect(all(role).sort()).toEqual([
      "build",
      "build-previews",
      "deploy-dev",
      "deploy-staging",
      "plan-dev",
      "plan-foundation-dev",
      "plan-staging",
      "preview",
      "preview-execution",
      "preview-scheduler",
      "preview-task",
    ]);
    expect(find(role, "deploy-dev")).toMatchObject({ path: "/moorage/", name: "hello-deploy-dev-dev" });
  });

  it("deploys with three policies, and keeps every right while a foundation of two is brought to them", async () => {
    const { find, waits } = await runFoundation(settings({ "moorage:github": github }));
    for (const name of ["deploy-dev", "preview"]) {
      // The inline policy is shortened once what leaves it is attached.
      expect(waits[`RolePolicy ${name}`]).toEqual(
        expect.arrayContaining([`RolePolicyAttachment ${name}.beside`, `RolePolicyAttachment ${name}`]),
      );
      const beside = String(find("aws:iam/policy:Policy", `${name}.beside`)["policy"]);
      expect(beside).toContain("scheduler:*");
      expect(String(find("aws:iam/rolePolicy:RolePolicy", name)["policy"])).not.toContain("scheduler:");
    }
    expect(find("aws:iam/policy:Policy", "deploy-dev.beside")).toMatchObject({
      name: "hello-deploy-dev-beside-dev",
      path: "/moorage/",
      tags: { "moorage:project": "hello", "moorage:stack": "foundation-dev" },
    });
  });

  it("has none for previews where no preview stands", async () => {
    const { all } = await runFoundation(settings({ "moorage:github": github }), "foundation-prod");
    expect(all(role).sort()).toEqual(["build", "deploy-prod", "plan-foundation-prod", "plan-prod"]);
  });

  it("uses the account's GitHub provider where there is one", async () => {
    const provider = `arn:aws-x:iam::${account}:oidc-provider/token.actions.githubusercontent.com`;
    const { all, find } = await runFoundation(settings({ "moorage:github": { ...github, provider } }));
    expect(all("aws:iam/openIdConnectProvider:OpenIdConnectProvider")).toEqual([]);
    expect(String(find(role, "build")["assumeRolePolicy"])).toContain(provider);
  });
});
