import type { Sandbox } from "./guard.js";

/** One command of the journey, and how it has to end. */
export interface Step {
  args: string[];
  /** The exit code that it has to end with. */
  code: number;
  /** Which commit of the app is built and deployed from here on. */
  app?: "good" | "crashing";
}

const ends = (code: number, ...args: string[]): Step => ({ args, code });

/** Previews, releases and the way back, in an account that has nothing yet. `{tag}` is the checked-out commit's. */
export function journey({ account, region, domain, zone }: Sandbox): Step[] {
  const registry = `${account}.dkr.ecr.${region}.amazonaws.com`;
  return [
    ends(0, "init", "--yes", "--force", ...initial({ registry, region, domain, zone })),
    ends(0, "infra", "up", "foundation-dev"),
    { ...ends(0, "build", "--push"), app: "good" },
    ends(0, "preview", "up", "--pr", "1", "--tag", "{tag}"),
    ends(0, "preview", "up", "--pr", "1", "--tag", "{tag}"),
    ends(0, "deploy", "dev", "--tag", "{tag}"),
    ends(0, "verify", "dev"),
    { ...ends(0, "build", "--push"), app: "crashing" },
    ends(1, "deploy", "dev", "--tag", "{tag}"),
    ends(0, "smoke", "dev"),
    ends(2, "rollback", "dev"),
    ends(0, "status"),
  ];
}

function initial(settings: Record<string, string>): string[] {
  const fixed = { app: "moorage-journey", repository: "moorage/journey", environments: "dev", port: "8080" };
  return Object.entries({ ...fixed, ...settings }).flatMap(([name, value]) => [`--${name}`, value]);
}

/** Takes everything away again, however far the journey came: each of them is content with nothing to do. */
export const sweep: Step[] = [
  ends(0, "preview", "destroy", "--pr", "1"),
  ends(0, "infra", "destroy", "dev", "--yes=dev"),
  ends(0, "infra", "destroy", "foundation-dev", "--yes=foundation-dev"),
];
