import { join } from "node:path";
import { ensureLocal, type Endpoints, type LocalTarget, type Site } from "@moorage/local-aws";

/** The caller's local target, started when it does not run; a new one is of the account and region that the project names. */
export function startLocalTarget({
  cwd,
  env,
}: {
  cwd: string;
  env: NodeJS.ProcessEnv;
}): Promise<LocalTarget> {
  return ensureLocal({ cwd, env }, () => configuredSite(cwd));
}

const fallback: Site = { account: "111111111111", region: "us-east-1" };

/** The dev environment's account and region, from the registry that its yaml names; a stand-in where there is none. */
export async function configuredSite(cwd: string): Promise<Site> {
  try {
    return siteOfRegistry((await devConfig(cwd))["moorage:registry"]) ?? fallback;
  } catch {
    // No such file, or one that the command itself will complain about: the local target works with any project.
    return fallback;
  }
}

/** Where the dev environment's yaml says that services are emulated. */
export async function configuredEndpoints(cwd: string): Promise<Endpoints> {
  const { localEndpointsIn } = await import("../core/project/local-schema.js");
  return localEndpointsIn(await devConfig(cwd).catch(() => ({})));
}

/** A folder without Pulumi.yaml is no project yet; its dev environment may be there already. */
async function devConfig(cwd: string): Promise<Record<string, unknown>> {
  const [{ readProject, readStackFile }, { readYaml }] = await Promise.all([
    import("../core/project/project.js"),
    import("../core/project/yaml-file.js"),
  ]);
  const project = await readProject(cwd).catch(() => undefined);
  if (project !== undefined) return (await readStackFile(project, "dev")).config;
  const file = await readYaml(join(cwd, "Pulumi.dev.yaml"));
  return { ...(file?.content["config"] as Record<string, unknown> | undefined) };
}

/** `111111111111.dkr.ecr.us-east-1.amazonaws.com` */
export function siteOfRegistry(host: unknown): Site | undefined {
  const [, account, region] =
    /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\./.exec(typeof host === "string" ? host : "") ?? [];
  return account === undefined || region === undefined ? undefined : { account, region };
}
