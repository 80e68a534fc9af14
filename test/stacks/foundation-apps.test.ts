import { describe, expect, it } from "vitest";
import { foundationShape } from "../../src/core/project/schema.js";
import { outputsOfApp } from "../../src/core/project/foundation-of-app.js";
import { everything, type FoundationRun, runFoundation } from "./foundation-run.js";
import { account, foundation, oneService, run } from "./program.js";

/** What `hello` owns begins like what `hello-api` owns, and `hell` begins both. */
const api = { app: "hello-api", github: { repository: "acme/hello-api", main: "trunk" } };
const hell = {
  app: "hell",
  github: { repository: "acme/hell" },
  previews: false,
  tasks: { secrets: ["shared/*"] },
};
const shared = {
  ...everything,
  "moorage:repositories": { names: ["hello"] },
  "moorage:logGroupPrefix": "/ecs/hello",
  "moorage:github": { repository: "acme/hello", repositoryId: 7, infra: true },
};
const withApps = (...apps: object[]) => runFoundation({ ...shared, "moorage:apps": apps });
const named = ({ declared }: FoundationRun, prefix: string) =>
  declared.filter(({ name }) => name.startsWith(prefix));
const byName = (a: { type: string; name: string }, b: { type: string; name: string }) =>
  `${a.type} ${a.name}` < `${b.type} ${b.name}` ? -1 : 1;

describe("adoption A4: a foundation of several apps", () => {
  it("makes for each its own repositories, boundaries and roles, and the rest once", async () => {
    const done = await withApps(api, hell);
    const own = named(done, "hello-api/");
    expect(own.map(({ type, name }) => `${type.split(":").at(-1) ?? ""} ${name.slice(10)}`).sort()).toEqual(
      [
        "LifecyclePolicy hello-api",
        "LifecyclePolicy hello-api-previews",
        ...["build", "build-previews", "deploy-dev", "plan-dev", "preview", "tasks-dev"].map(
          (one) => `Policy ${one}`,
        ),
        "Policy deploy-dev.beside",
        "Policy preview.beside",
        "Repository hello-api",
        "Repository hello-api-previews",
        ...["build", "build-previews", "deploy-dev", "plan-dev", "preview"].map((one) => `Role ${one}`),
        ...["execution", "scheduler", "task"].map((one) => `Role preview-${one}`),
        ...["build", "build-previews", "deploy-dev", "plan-dev", "preview"].map((one) => `RolePolicy ${one}`),
        ...["execution", "scheduler", "task"].map((one) => `RolePolicy preview-${one}`),
        ...["build", "build-previews", "deploy-dev", "plan-dev", "preview"].map(
          (one) => `RolePolicyAttachment ${one}`,
        ),
        "RolePolicyAttachment deploy-dev.beside",
        "RolePolicyAttachment preview.beside",
      ].sort(),
    );
    expect(named(done, "hell/").map(({ name }) => name)).not.toContain("hell/preview");
    for (const type of [
      "iam/openIdConnectProvider:OpenIdConnectProvider",
      "ecs/cluster:Cluster",
      "s3/bucket:Bucket",
    ]) {
      expect(done.all(`aws:${type}`)).toHaveLength(1);
    }
    const tags = {
      "moorage:project": "hello",
      "moorage:stack": "foundation-dev",
      "moorage:app": "hello-api",
    };
    expect(own.filter(({ inputs }) => "tags" in inputs).map(({ inputs }) => inputs["tags"])).toEqual(
      Array.from({ length: 18 }, () => tags),
    );
  });

  it("lets each app's own repository in, and nothing of the foundation's", async () => {
    const done = await withApps(api);
    const trust = (name: string) => String(done.find("aws:iam/role:Role", name)["assumeRolePolicy"]);
    expect(trust("deploy-dev")).toContain('"repo:acme/hello:environment:dev"');
    expect(trust("hello-api/deploy-dev")).toContain('"repo:acme/hello-api:environment:dev"');
    expect(trust("hello-api/build")).toContain('"repo:acme/hello-api:ref:refs/heads/trunk"');
    for (const { type, name, inputs } of named(done, "hello-api/")) {
      if (type !== "aws:iam/role:Role" || name.includes("preview-")) continue;
      expect(String(inputs["assumeRolePolicy"])).not.toMatch(/repo:acme\/hello:|repository_id/);
    }
  });

  it("plans nothing for the others where an app is added, removed or moved in the list", async () => {
    const alone = (await runFoundation(shared)).declared;
    const both = await withApps(api, hell);
    const turned = await withApps(hell, api);
    const kept = (prefix: string) =>
      both.declared.filter(({ name }) => !name.startsWith(prefix)).sort(byName);
    expect(kept("hell").filter(({ name }) => !name.startsWith("hello-api/"))).toEqual(
      alone.filter(({ name }) => !name.startsWith("hell")).sort(byName),
    );
    expect((await withApps(hell)).declared.toSorted(byName)).toEqual(kept("hello-api/"));
    expect(turned.declared.toSorted(byName)).toEqual(both.declared.toSorted(byName));
  });

  it("names and trusts for each app what is in its snapshot; what its roles may do is judged in policies/apps.test.ts", async () => {
    const own = named(await withApps(api), "hello-api/").sort(byName);
    const told = own.map(({ type, name, inputs: { policy: _judged, ...inputs } }) => ({
      type,
      name,
      inputs,
    }));
    await expect(`${JSON.stringify(told, undefined, 2)}\n`).toMatchFileSnapshot(
      "identity/foundation-app.json",
    );
  });

  it("lets the roles of each app's other accounts read the state of the foundation", async () => {
    const state = { bucket: "hello-state", accounts: ["222222222222"] };
    const done = await runFoundation({ ...shared, "moorage:apps": [api], "moorage:state": state });
    const policy = String(done.find("aws:s3/bucketPolicy:BucketPolicy")["policy"]);
    expect(policy).toContain("hello-state/.pulumi/stacks/hello/foundation-dev.json*");
    expect(policy).toContain("role/moorage/hello--api-*");
    const { Statement } = JSON.parse(policy) as { Statement: { Sid: string }[] };
    expect(new Set(Statement.map(({ Sid }) => Sid)).size).toBe(Statement.length);
  });

  it("tells each app its own parts, which the app's stacks can be deployed with", async () => {
    const { outputs } = await withApps(api);
    const asking = {
      project: "hello-api",
      app: "hello-api",
      logGroupPrefix: "/ecs/hello-api",
      foundation: "hello/foundation-dev",
    };
    const known = Object.entries(outputsOfApp(outputs, asking)).filter(
      ([key]) => key in foundationShape.shape,
    );
    expect(foundationShape.parse(Object.fromEntries(known))).toMatchObject({
      hostSuffix: "hello-api",
      permissionsBoundary: { dev: `arn:aws-x:iam::${account}:policy/moorage/hello--api-tasks-dev-dev` },
      previewRoles: {
        task: `arn:aws-x:iam::${account}:role/moorage/hello--api-preview--task-dev`,
        secrets: expect.arrayContaining([expect.stringContaining("secret:hello-api/preview/*")]) as string[],
      },
    });
    expect(JSON.stringify(outputsOfApp(outputs, asking))).not.toMatch(/role\/moorage\/hello-[a-z]/);
  });
});

describe("adoption A4: a stack of an app on another project's foundation", () => {
  const { previewRoles, ...ground } = foundation;
  const parts = {
    project: "hello",
    logGroupPrefix: "/ecs",
    permissionsBoundary: { dev: `arn:aws:iam::${account}:policy/moorage/hello-tasks-dev-dev` },
    previewRoles,
  };
  const stacks = { "organization/platform/foundation-dev": { ...ground, apps: { hello: parts } } };
  const config = oneService({ "moorage:foundation": "platform/foundation-dev" });
  const rule = "aws:lb/listenerRule:ListenerRule";

  it.each([
    ["dev", "dev--hello.localhost"],
    ["pr-7", "pr-7--hello.localhost"],
  ])("%s has a host with the app's name", async (stack, host) => {
    const { find } = await run({ stack, config, stacks });
    expect(JSON.stringify(find(rule)["conditions"])).toContain(host);
  });

  it("is refused where the foundation does not list it", async () => {
    const others = { "organization/platform/foundation-dev": { ...ground, apps: { other: parts } } };
    await expect(run({ stack: "dev", config, stacks: others })).rejects.toThrow(
      /has no app hello: it lists other/,
    );
  });
});
