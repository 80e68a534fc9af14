import type { Access } from "../../../../stacks/policies/scope.js";

/** A command, and whose role a workflow runs it with. */
export interface Step {
  role: Access;
  /** Empty for who builds images. */
  stack: string;
  account: string;
  args: readonly string[];
  /** It may end with another code: what it asks on its way is needed too. */
  mayFail?: boolean;
  /** It asks GitHub which pull requests are open. */
  github?: boolean;
  /** Its services name secrets. */
  secrets?: boolean;
}

const dev = { role: "deploy", stack: "dev", account: "111111111111" } as const;
const staging = { role: "deploy", stack: "staging", account: "222222222222" } as const;
const prod = { role: "deploy", stack: "prod", account: "333333333333" } as const;
const preview = { role: "preview", stack: "pr-42", account: "111111111111" } as const;
const plan = { role: "plan", stack: "dev", account: "111111111111" } as const;

/** A change's whole way, by the roles that take it, with what goes wrong and what is looked at on the way. */
export const journey: readonly Step[] = [
  { ...dev, args: ["deploy", "dev", "--tag", "v1"] },
  // The dead letters of a job.
  { ...dev, args: ["local", "queue", "missed", "--waiting", "0"] },
  { ...dev, args: ["verify", "dev"], mayFail: true },
  { ...dev, args: ["logs", "dev"] },
  { ...dev, args: ["local", "event", "put", "shop", "Order"] },
  { ...dev, args: ["job", "list", "dev"] },
  { ...dev, args: ["job", "run", "dev", "gc", "--wait"] },
  { ...preview, args: ["preview", "up", "--pr", "42", "--tag", "v1"] },
  { ...preview, args: ["diff", "pr-42"], mayFail: true },
  { ...preview, args: ["preview", "list"] },
  { ...preview, args: ["local", "event", "put", "shop", "Order"] },
  // It is at work when the preview goes.
  { ...preview, args: ["job", "run", "pr-42", "slow"] },
  { ...preview, args: ["preview", "destroy", "--pr", "42"] },
  { ...preview, stack: "pr-43", args: ["preview", "up", "--pr", "43", "--tag", "v1"] },
  { ...preview, stack: "pr-43", args: ["preview", "sweep"], github: true },
  { ...dev, args: ["preview", "sweep", "--families"] },
  { ...dev, args: ["deploy", "dev", "--tag", "v2"] },
  { ...dev, args: ["deploy", "dev", "--tag", "crash"], mayFail: true },
  { ...dev, args: ["rollback", "dev"] },
  { ...dev, args: ["cancel", "dev"], mayFail: true },
  { ...plan, args: ["diff", "dev"] },
  { ...staging, args: ["promote", "--from", "dev", "--to", "staging", "--tag", "v1", "--as", "v1.0.0"] },
  { ...staging, args: ["deploy", "staging", "--tag", "v1.0.0"] },
  { ...prod, args: ["promote", "--from", "staging", "--to", "prod", "--tag", "v1.0.0", "--as", "v1.0.0"] },
  { ...prod, args: ["deploy", "prod", "--tag", "v1.0.0"] },
  { ...prod, args: ["verify", "prod"], mayFail: true, secrets: true },
  {
    ...dev,
    args: ["request", "dev", "--tag", "v1", "--repository", "acme/infrastructure", "--timeout", "5s"],
    mayFail: true,
    github: true,
  },
  { ...dev, args: ["infra", "destroy", "dev", "--yes=dev"] },
];
