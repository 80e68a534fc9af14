import { z } from "zod";
import { type Report, rule } from "./rule.js";
import { secretReferences } from "./service-values.js";
import { didYouMean } from "./suggest.js";
import { anyText, oneOf, strict } from "./values.js";

const options = z.record(z.string(), anyText, { error: "must map options to text" }).default({});

/** What makes a sidecar the task's log router. Source: FirelensConfiguration. */
export const firelens = strict({ type: oneOf(["fluentbit", "fluentd"]).default("fluentbit"), options });

/** What a container's log driver `awsfirelens` is told. Source: LogConfiguration, `options`, `secretOptions`. */
export const logging = strict({ options, secretOptions: secretReferences.default({}) });

export type Logging = z.infer<typeof logging>;
export type Firelens = z.infer<typeof firelens>;

interface Container {
  logging?: Logging | undefined;
}

interface Router extends Container {
  firelens?: Firelens | undefined;
  essential: boolean;
  dependsOn: Record<string, unknown>;
}

const shape = {
  logging: z.custom<Logging>().optional(),
  sidecars: z.record(z.string(), z.custom<Router>()),
};

/** What a log router and those that log through it must agree on. */
export const logRoutingRules = [rule(shape, checkRouting)];

function checkRouting(
  { logging: own, sidecars }: { logging?: Logging | undefined; sidecars: Record<string, Router> },
  report: Report,
): void {
  const routers = Object.entries(sidecars).filter(([, one]) => one.firelens !== undefined);
  const users: [string[], Container][] = [
    [["logging"], { logging: own }],
    ...Object.entries(sidecars).map(([name, one]): [string[], Container] => [
      ["sidecars", name, "logging"],
      one,
    ]),
  ];
  const logged = users.filter(([, one]) => one.logging !== undefined);
  for (const [path, one] of logged) checkLogOptions(path, one.logging, report);
  for (const [name, router] of routers) checkRouter(["sidecars", name], router, report);
  for (const [name] of routers.slice(1))
    report(["sidecars", name, "firelens"], "is a second log router: ECS takes one in a task");
  if (routers.length > 0) return;
  for (const [path] of logged)
    report(path, "needs a log router: give one of the sidecars `firelens`, or leave this out");
}

function checkLogOptions(path: string[], given: Logging | undefined, report: Report): void {
  const { options: plain = {}, secretOptions = {} } = given ?? {};
  for (const name of Object.keys(secretOptions).filter((one) => Object.hasOwn(plain, one)))
    report([...path, "secretOptions", name], "is in `options` too: keep one of the two");
}

/** ECS starts it before the containers that log through it, and stops it after them. */
function checkRouter(path: string[], router: Router, report: Report): void {
  const { essential, firelens: settings, dependsOn, logging: own } = router;
  if (!essential)
    report(
      [...path, "essential"],
      "must be true: without its log router a task would lose its log",
      essential,
    );
  if (own !== undefined) report([...path, "logging"], "is the log router's own: it logs to CloudWatch");
  for (const name of Object.keys(dependsOn))
    report([...path, "dependsOn", name], "must not be waited for: the log router starts first");
  checkRouterOptions([...path, "firelens", "options"], settings?.options ?? {}, report);
}

/** Source: FirelensConfiguration, `options`. */
const routerOptions = ["enable-ecs-log-metadata", "config-file-type", "config-file-value"];

function checkRouterOptions(path: string[], settings: Record<string, string>, report: Report): void {
  for (const name of Object.keys(settings).filter((one) => !routerOptions.includes(one)))
    report([...path, name], `is no option of a log router (${didYouMean(name, routerOptions)})`);
  const { "config-file-type": type, "config-file-value": file } = settings;
  if (type !== undefined && type !== "file")
    report(
      [...path, "config-file-type"],
      "must be file: Fargate takes no configuration from S3, so put the file into the image",
    );
  if ((type === undefined) !== (file === undefined))
    report(
      [...path, type === undefined ? "config-file-type" : "config-file-value"],
      "is missing: config-file-type and config-file-value go together",
    );
}

/** Who routes a service's log, and whose lines go there; undefined where all go to CloudWatch. */
export function routedLogs(
  service: string,
  { logging: own, sidecars }: { logging?: Logging | undefined; sidecars: Record<string, Router> },
): { router: string; containers: string[] } | undefined {
  const router = Object.entries(sidecars).find(([, one]) => one.firelens !== undefined)?.[0];
  const containers = [
    ...(own === undefined ? [] : [service]),
    ...Object.entries(sidecars).flatMap(([name, one]) => (one.logging === undefined ? [] : [name])),
  ];
  return router === undefined || containers.length === 0 ? undefined : { router, containers };
}

/** ARNs of secrets that log drivers are told. */
export function logSecrets({
  logging: own,
  sidecars,
}: {
  logging?: Logging | undefined;
  sidecars: Record<string, Container>;
}): string[] {
  const all = [own, ...Object.values(sidecars).map((one) => one.logging)];
  return all.flatMap((one) => Object.values(one?.secretOptions ?? {}));
}
