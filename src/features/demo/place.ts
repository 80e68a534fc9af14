import { join } from "node:path";
import type { Invocation } from "../../core/command.js";
import { commitTag } from "../../core/project/tag.js";
import type { Context } from "../../context/context.js";
import { openContext } from "../../context/context.js";
import { fetchAnswer } from "../deploy/smoke/probe.js";
import { deploy } from "../deploy/deploy.js";
import { rollback } from "../deploy/rollback/requested.js";
import type { EnvironmentStack } from "../../context/environment-stack.js";
import { readEnvironment } from "../../context/environment-stack.js";
import { type ErrorCode, hasCode } from "../../core/errors.js";
import { ownFormatLabels } from "../../core/format.js";
import { registryTrace } from "../../adapters/images/local-builder.js";
import { recordLocalBuild } from "../build/record-local-build.js";
import { buildImage } from "@moorage/local-aws";
import { startLocalTarget } from "../../context/local-target.js";
import { packageFolder } from "../../core/own-modules.js";
import { promote } from "../releases/promote/promote.js";
import type { Commit, DemoApp } from "./commits.js";
import { checkedOut } from "./commits.js";
import type { Timeline } from "./steps.js";
import { demoFailed } from "./steps.js";

const hello: DemoApp = {
  folder: join(packageFolder(), "examples", "hello"),
  repository: "hello",
  file: "server.js",
};
/** The answer must name the version; a demo does not wait long for one that never will. */
const smoke = [{ path: "/healthz", timeout: 2_000, status: "200", contains: "{imageTag}", headers: {} }];

/** An environment of the example, opened on the demo's own target. */
export interface DemoPlace extends EnvironmentStack {
  context: Context;
}

/** `emulated` says which services are elsewhere than on the target. */
export async function openPlace(
  invocation: Invocation,
  name: string,
  emulated: Pick<EnvironmentStack["place"], "endpoints"> = {},
): Promise<DemoPlace> {
  const stack = await readEnvironment(invocation.cwd, name);
  const place = { ...stack.place, ...emulated };
  return { ...stack, place, context: await openContext(invocation, place) };
}

/** Builds a commit's image, pushes it and records the build; its tag. */
export async function push(
  invocation: Invocation,
  timeline: Timeline,
  commit: Commit,
  app = hello,
): Promise<string> {
  const { repository } = app;
  const tag = commitTag(commit.id);
  const local = await startLocalTarget(invocation);
  const { registry } = await local.status();
  const authorization = local.home.credentials.registryAuthorization();
  const { signal } = invocation;
  await timeline.step(
    `The image ${repository}:${tag} is built and pushed`,
    () =>
      checkedOut(app, commit, async (folder) => {
        const built = await buildImage({
          ...{ folder, repository, tag, registry, authorization },
          ...{ revision: commit.id, labels: ownFormatLabels(), prefer: "package", signal },
          onRequest: registryTrace(invocation.reporter.trace),
        });
        await recordLocalBuild(invocation, local.home, { ...built, revision: commit.id });
        return built;
      }),
    ({ digest }) => digest,
  );
  return tag;
}

/** Deploys a tag to an environment; the environment's URL. */
export async function deployTo(timeline: Timeline, place: DemoPlace, imageTag: string): Promise<string> {
  const { url } = await timeline.step(
    `${place.environment} runs ${imageTag}`,
    () => deploy(place.context, requestFor(place, imageTag)),
    ({ result, url: where }) => `${result}: ${where ?? ""}`,
  );
  return url ?? "";
}

/** A deployment that must fail with `code`; what the error says was done about it. */
export async function deployBroken(
  timeline: Timeline,
  place: DemoPlace,
  imageTag: string,
  code: ErrorCode,
): Promise<void> {
  await timeline.step(
    `${place.environment} is given ${imageTag}, which is broken`,
    async () => {
      const error = await deploy(place.context, requestFor(place, imageTag)).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      if (hasCode(error, code)) return error;
      throw demoFailed(`The broken release ${imageTag} was not caught as ${code}.`, error);
    },
    (error) => `caught: ${error.message.trim().split("\n").at(-1) ?? code}`,
  );
}

export async function promoteTo(
  timeline: Timeline,
  from: DemoPlace,
  to: DemoPlace,
  tag: string,
  as: string,
): Promise<void> {
  const side = ({ environment, request, context }: DemoPlace) => ({
    environment,
    config: request.config,
    context,
  });
  await timeline.step(
    `${tag} is promoted from ${from.environment} to ${to.environment} as ${as}`,
    () => promote({ from: side(from), to: side(to), tag, as, source: undefined }),
    ({ services }) => [...new Set(services.map(({ digest }) => digest))].join(", "),
  );
}

export async function rollBack(timeline: Timeline, place: DemoPlace): Promise<void> {
  await timeline.step(
    `${place.environment} is rolled back`,
    () => rollback(place.context, { ...requestFor(place, undefined), to: undefined }),
    ({ imageTag, rolledBackFrom }) => `${String(rolledBackFrom)} -> ${imageTag}`,
  );
}

/** What a URL says of itself must name the tag. */
export async function expectAnswer(
  timeline: Timeline,
  name: string,
  url: string,
  tag: string,
): Promise<string> {
  return timeline.step(
    name,
    async () => {
      const { status, body, error } = await fetchAnswer(new URL("/healthz", url).href, 5_000);
      if (status === 200 && body.includes(tag)) return body.trim();
      throw demoFailed(`${url} answers ${error ?? `${String(status)}: ${body}`}, without ${tag}.`);
    },
    (answer) => answer,
  );
}

function requestFor({ request }: DemoPlace, imageTag: string | undefined) {
  return { ...request, config: { ...request.config, smoke }, imageTag, plan: true, lockTimeoutMs: 0 };
}
