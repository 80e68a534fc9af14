import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import {
  ResourceGroupsTaggingAPIClient,
  paginateGetResources,
} from "@aws-sdk/client-resource-groups-tagging-api";
import { awsClients } from "../../src/adapters/aws/clients.js";
import { callerNow } from "../../src/adapters/aws/caller.js";
import { commitTag } from "../../src/core/project/tag.js";
import { boundMinutes, objection, readSandbox, type Sandbox } from "./guard.js";
import { journey, type Step, sweep } from "./journey.js";

/** `npm run test:aws`: the journey in an account that the caller names, swept at the end however it went. */
const text = { type: "string" } as const;
const { values } = parseArgs({
  options: { account: text, region: text, domain: text, zone: text, budget: text },
});
const sandbox = readSandbox(values);
const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "moorage-journey-"));
const bound = AbortSignal.timeout(boundMinutes * 60_000);
/** Searches by tag go on finding what is gone for some minutes. */
const looks = 20;
const betweenLooksMs = 60_000;
// An interruption ends the command that runs, and what was made is swept all the same.
for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => undefined);

/** The ARNs of what carries the project's tag in the account. */
async function tagged({ region }: Sandbox): Promise<string[]> {
  const client = new ResourceGroupsTaggingAPIClient({ region });
  const TagFilters = [{ Key: "moorage:project" }];
  const arns: string[] = [];
  for await (const { ResourceTagMappingList = [] } of paginateGetResources({ client }, { TagFilters }))
    arns.push(...ResourceTagMappingList.flatMap(({ ResourceARN }) => ResourceARN ?? []));
  return arns;
}

function git(...args: string[]): string {
  const author = ["-c", "user.name=journey", "-c", "user.email=journey@example.com"];
  return execFileSync("git", [...author, ...args], { cwd: folder, encoding: "utf8" }).trim();
}

function commit(app: NonNullable<Step["app"]>): void {
  if (app === "crashing") writeFileSync(join(folder, "server.js"), "process.exit(3);\n");
  git("add", "--all");
  git("commit", "--allow-empty", "--quiet", "--message", app);
}

/** Runs one command; throws when it ends otherwise than it has to. */
async function take({ args, code, app }: Step, signal?: AbortSignal): Promise<void> {
  if (app !== undefined) commit(app);
  const words = args.map((word) => (word === "{tag}" ? commitTag(git("rev-parse", "HEAD")) : word));
  process.stderr.write(`\n$ moorage ${words.join(" ")}\n`);
  const env = { ...process.env, AWS_REGION: sandbox.region, PULUMI_BACKEND_URL: `file://${folder}/state` };
  const child = spawn(process.execPath, [join(root, "bin/moorage.js"), ...words], {
    cwd: folder,
    env,
    stdio: "inherit",
    ...(signal && { signal, killSignal: "SIGTERM" as const }),
  });
  const ended = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (ended !== code) throw new Error(`moorage ${words.join(" ")} ended with ${String(ended)}, not ${code}`);
}

async function travel(): Promise<void> {
  for (const step of journey(sandbox)) await take(step, bound);
}

function tell(error: unknown): false {
  process.stderr.write(`${String(error)}\n`);
  return false;
}

async function sweepAll(): Promise<string[]> {
  for (const step of sweep) await take(step).catch(tell);
  let left = await tagged(sandbox);
  for (let look = 1; left.length > 0 && look < looks; look++) {
    await delay(betweenLooksMs);
    left = await tagged(sandbox);
  }
  return left;
}

const clients = awsClients({ region: sandbox.region });
const refused = objection(sandbox, await callerNow(clients), await tagged(sandbox));
clients.close();
if (refused !== undefined) throw new Error(refused);
cpSync(join(root, "examples/hello"), folder, { recursive: true });
mkdirSync(join(folder, "state"));
writeFileSync(join(folder, ".gitignore"), "state/\n");
git("init", "--quiet", "--initial-branch=main");
const went = await travel().then(() => true, tell);
const left = await sweepAll();
if (left.length === 0) rmSync(folder, { recursive: true, force: true });
else tell(`Still in the account, and still paid for:\n  ${left.join("\n  ")}\nTheir state is in ${folder}.`);
process.exitCode = went && left.length === 0 ? 0 : 1;
