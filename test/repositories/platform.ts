import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Team } from "./team.js";

interface Platform {
  outputs: { cluster: string; listener: string; vpc: string; subnets: string[] };
}

/** What a platform team runs already: a cluster, a load balancer and a network, of another project. */
export async function platform(team: Team): Promise<Platform["outputs"]> {
  const folder = join(team.folder, "platform");
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, "Pulumi.yaml"),
    "name: platform\nruntime: nodejs\nconfig:\n  moorage:app: platform\n",
  );
  const settings = [
    "config:",
    "  aws:region: us-east-1",
    "  moorage:environments: [main]",
    "  moorage:domain: example.com",
    "  moorage:zone: Z0123456789ABC",
    "  moorage:loadBalancers: { previews: shared }",
  ];
  writeFileSync(join(folder, "Pulumi.foundation-main.yaml"), `${settings.join("\n")}\n`);
  const { outputs } = await team.json<Platform>("infra", "up", "foundation-main", "--cwd", folder);
  return outputs;
}

/** The options of `init` that name it. */
export function onPlatform(there: Platform["outputs"]): string[] {
  return [
    ...["--domain", "example.com", "--registry", "111111111111.dkr.ecr.us-east-1.amazonaws.com"],
    ...["--unreviewed", "staging", "--cluster", there.cluster, "--listener", there.listener],
    ...["--subnets", ...there.subnets],
  ];
}
