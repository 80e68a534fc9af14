import * as pulumi from "@pulumi/pulumi";
import {
  checkPreviewResource,
  checkPreviewSecret,
  checkPreviewStatement,
  type OwnAllowance,
} from "../../src/core/project/own-preview.js";
import { ownProgramName } from "../../src/core/project/own-limits.js";
import { ownProblem } from "../../src/core/project/own-program.js";
import type { PolicyStatement } from "../../src/core/project/policy-statements.js";
import { pullRequestOf } from "../../src/core/project/preview-names.js";
import type { Extended, Given, Stack, Statement } from "../../types/index.js";
import type { App } from "../app.js";
import { telling } from "../components/told.js";
import { callExtension } from "./evaluate.js";
import { loadOwn } from "./load.js";
import { watched } from "./watch.js";

/** What a service or job gets of the team's own resources. */
export interface OwnParts {
  env: Readonly<Record<string, pulumi.Input<string>>>;
  secrets: Readonly<Record<string, pulumi.Input<string>>>;
  statements: readonly Statement[];
  /** Of a preview: what must be known, and found to be allowed, before it gets any of it. */
  judged?: readonly pulumi.Input<string>[];
  /** What is judged once AWS has told it. */
  checks: Promise<unknown>[];
}

/** The same, known. */
export interface OwnValues {
  env: Readonly<Record<string, string>>;
  secrets: Readonly<Record<string, string>>;
}

/** The team's own resources, declared. */
export interface Own {
  /** What a service or job gets; undefined for one that gets nothing. */
  of(name: string): OwnParts | undefined;
  /**
   * Comes when all that services get is known and allowed. The program waits for it: of what fails within an output nobody else would
   * tell the engine.
   */
  settled(): Promise<void>;
}

const nothing: Own = { of: () => undefined, settled: async () => undefined };

/**
 * Runs `moorage.ts` of the project's folder, where there is one. Of a preview it may declare what the foundation allows, and nothing is
 * made before all of it is known to be allowed. Throws a RunError whose cause is `own-program` (exit 2) or `preview-not-allowed` (exit 4).
 */
export function declareOwn(app: Omit<App, "own">, folder: string): Promise<Own> {
  return telling(() => declare(app, folder));
}

async function declare(app: Omit<App, "own">, folder: string): Promise<Own> {
  const extension = await loadOwn(folder);
  if (extension === undefined) return nothing;
  const { identity, surroundings } = app;
  const stack = stackOf(app);
  const tags = identity.tags;
  if (stack.kind === "environment")
    return ownOf(app, await watched({ tags }, () => callExtension(extension, stack, { folder })));
  const allowed = surroundings.previewRoles ?? {};
  const check = (wanted: Parameters<typeof checkPreviewResource>[3]) =>
    checkPreviewResource(stack.name, stack.prefix, allowed, wanted);
  let approve: () => void = () => undefined;
  // Of a refused program it never comes: what was declared waits until the run has ended.
  const approved = new Promise<void>((resolve) => (approve = resolve));
  const returned = await watched({ tags, check, approved }, () =>
    callExtension(extension, stack, { folder }),
  );
  const own = ownOf(app, withinRole(stack.name, returned, allowed));
  approve();
  return { ...own, of: (name) => withJudged(own.of(name)) };
}

function stackOf({ config, identity, surroundings, release, hosts }: Omit<App, "own">): Stack {
  const pullRequest = pullRequestOf(identity.stack);
  return Object.freeze({
    name: identity.stack,
    kind: pullRequest === undefined ? ("environment" as const) : ("preview" as const),
    environment: pullRequest === undefined ? identity.stack : config.preview.base,
    ...(pullRequest !== undefined && { pullRequest }),
    app: config.app,
    prefix: `${config.app}-${identity.stack}`,
    region: surroundings.region,
    account: surroundings.account,
    imageTag: release.imageTag,
    host: hosts.host ?? "",
    foundation: {
      vpcId: surroundings.vpc,
      subnetIds: surroundings.subnets,
      clusterArn: surroundings.cluster,
    },
    tags: Object.freeze({ ...identity.tags }),
  });
}

function ownOf({ config }: Pick<App, "config">, returned: Extended): Own {
  const { services = {}, ...all } = returned;
  const names = [...Object.keys(config.services), ...Object.keys(config.jobs)];
  const unknown = Object.keys(services).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw ownProblem(
      ownProgramName,
      `it returned something for ${unknown}, which is no service or job.`,
      `There are: ${names.join(", ")}.`,
    );
  }
  for (const name of names) refuseBoth(name, merged(all, services[name] ?? {}));
  const checks: Promise<unknown>[] = [];
  return {
    of(name) {
      const own = merged(all, services[name] ?? {});
      const isEmpty = [own.env, own.secrets, own.statements].every((one) => Object.keys(one).length === 0);
      return isEmpty ? undefined : { ...own, checks };
    },
    settled: () => telling(async () => void (await Promise.all(checks))),
  };
}

function merged(all: Given, one: Given): Omit<OwnParts, "checks"> {
  return {
    env: { ...all.env, ...one.env },
    secrets: { ...all.secrets, ...one.secrets },
    statements: [...(all.statements ?? []), ...(one.statements ?? [])],
  };
}

/** A name is either a variable or a secret: ECS refuses a task definition that has both. */
function refuseBoth(service: string, { env, secrets }: Pick<OwnParts, "env" | "secrets">): void {
  const both = Object.keys(secrets).find((name) => Object.hasOwn(env, name));
  if (both === undefined) return;
  throw ownProblem(
    ownProgramName,
    `it returned ${both} twice for ${service}, in \`env\` and in \`secrets\`.`,
    "Keep one of the two.",
  );
}

function withJudged(own: OwnParts | undefined): OwnParts | undefined {
  return own && { ...own, judged: own.statements.flatMap(({ Resource }) => Resource) };
}

/** What is known already is judged now; an ARN that AWS tells first is judged before any service is given it. */
function withinRole(stack: string, returned: Extended, allowed: OwnAllowance): Extended {
  const judgeSecret = (arn: string) => checkPreviewSecret(stack, allowed, arn);
  const given = <Part extends Given>(part: Part): Part => ({
    ...part,
    ...(part.secrets && {
      secrets: Object.fromEntries(
        Object.entries(part.secrets).map(([name, arn]) => [name, judged(arn, judgeSecret)]),
      ),
    }),
    ...(part.statements && {
      statements: part.statements.map((statement) => {
        const actions = [statement.Action].flat();
        const judgeArn = (arn: string) =>
          checkPreviewStatement(stack, allowed, { actions, resources: [arn], ...conditionsOf(statement) });
        return { ...statement, Resource: [statement.Resource].flat().map((arn) => judged(arn, judgeArn)) };
      }),
    }),
  });
  const services = Object.entries(returned.services ?? {}).map(
    ([name, part]) => [name, given(part)] as const,
  );
  return { ...given(returned), services: Object.fromEntries(services) };
}

function conditionsOf({ Condition }: Statement): Pick<PolicyStatement, "conditions"> {
  return Condition === undefined ? {} : { conditions: Condition as PolicyStatement["conditions"] };
}

function judged(value: pulumi.Input<string>, judge: (text: string) => void): pulumi.Input<string> {
  if (typeof value !== "string") {
    return pulumi.output(value).apply((text) => {
      judge(text);
      return text;
    });
  }
  judge(value);
  return value;
}
