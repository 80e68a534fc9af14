import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { configuredSite, siteOfRegistry } from "../../../../src/context/local-target.js";
import { daemonEnvironment } from "../../src/daemon/process-env.js";
import { Home, homeFolder } from "../../src/home/home.js";
import { temporaryFolder } from "../../../../test/harness/folder.js";

const site = { account: "111111111111", region: "us-east-1" };

it("ports, passphrase and key are chosen once and kept", () => {
  const folder = temporaryFolder();
  const first = Home.open(folder, site);
  first.keep({ balancer: 4321, provider: { site, port: 4322 } });
  const second = Home.open(folder, { ...site, account: "222222222222" });
  expect([second.id, second.apiPort, second.balancerPort]).toEqual([first.id, first.apiPort, 4321]);
  expect(second.defaultSite).toEqual(site);
  expect(second.sites).toEqual([site]);
  expect(second.key).toEqual(first.key);
  expect(second.key).toHaveLength(32);
});

it("F28: nobody else may read the home's secrets", () => {
  const home = Home.open(join(temporaryFolder(), "home"), site);
  expect(statSync(home.folder).mode & 0o077).toBe(0);
  expect(statSync(home.passphraseFile).mode & 0o077).toBe(0);
  expect(readFileSync(home.passphraseFile, "utf8").length).toBeGreaterThan(20);
});

it("F28: the daemon, and so the tasks, get no credentials of the caller's", () => {
  const env = {
    PATH: "/bin",
    HOME: "/root",
    MOORAGE_LOCAL_SPEED: "5",
    AWS_SECRET_ACCESS_KEY: "x",
    GITHUB_TOKEN: "y",
  };
  expect(daemonEnvironment(env)).toEqual({ PATH: "/bin", HOME: "/root", MOORAGE_LOCAL_SPEED: "5" });
});

it("is where MOORAGE_HOME says, else in the project", () => {
  expect(homeFolder("/project", {})).toBe("/project/.moorage");
  expect(homeFolder("/project", { MOORAGE_HOME: "/elsewhere" })).toBe("/elsewhere");
  expect(homeFolder("/project", { MOORAGE_HOME: "target" })).toBe("/project/target");
});

it("the default site is the one that the dev environment's registry names", async () => {
  const folder = temporaryFolder();
  expect(await configuredSite(folder)).toEqual(site);
  const registry = "222222222222.dkr.ecr.eu-west-1.amazonaws.com";
  writeFileSync(join(folder, "Pulumi.dev.yaml"), `config:\n  moorage:registry: ${registry}\n`);
  expect(await configuredSite(folder)).toEqual({ account: "222222222222", region: "eu-west-1" });
  writeFileSync(join(folder, "Pulumi.dev.yaml"), "config: [broken");
  expect(await configuredSite(folder)).toEqual(site);
  expect(siteOfRegistry("ghcr.io")).toBeUndefined();
});
