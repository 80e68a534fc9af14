import type { Site } from "./cloud.js";

const fallback: Site = { account: "111111111111", region: "us-east-1" };

/** The dev environment's account and region, from the registry that its yaml names; a stand-in where there is none. */
export async function configuredSite(cwd: string): Promise<Site> {
  const { readProject, readStackFile } = await import("../config/project.js");
  try {
    const { config } = await readStackFile(await readProject(cwd), "dev");
    return siteOfRegistry(config["moorage:registry"]) ?? fallback;
  } catch {
    // No such file, or one that the command itself will complain about: the local target works with any project.
    return fallback;
  }
}

/** `111111111111.dkr.ecr.us-east-1.amazonaws.com` */
export function siteOfRegistry(host: unknown): Site | undefined {
  const [, account, region] =
    /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\./.exec(typeof host === "string" ? host : "") ?? [];
  return account === undefined || region === undefined ? undefined : { account, region };
}
