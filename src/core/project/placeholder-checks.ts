import { z } from "zod";
import { changeNames } from "./placeholder-names.js";
import { changeTexts, type ContainerTexts } from "./placeholder-texts.js";
import { namePlaceholders, type Placeholder, placeholders, placeholdersIn } from "./placeholders.js";
import { shownValue } from "./references.js";
import { type Report, rule } from "./rule.js";
import { didYouMean } from "./suggest.js";

const words = z.array(z.string()).optional();
const texts = z.record(z.string(), z.string()).optional();
const container = z.object({
  env: texts,
  command: words,
  entrypoint: words,
  healthcheck: z.object({ command: z.array(z.string()) }).optional(),
  logging: z.object({ options: z.record(z.string(), z.string()) }).optional(),
});
const service = container.extend({
  kind: z.string(),
  sidecars: z.record(z.string(), container).default({}),
});
const job = container.pick({ env: true, command: true }).extend({ service: z.string().optional() });
const override = z.object({ env: texts });

const services = z.record(z.string(), service);
const jobs = z.record(z.string(), job).default({});

const preview = z.object({
  env: texts,
  services: z.record(z.string(), override),
  jobs: z.record(z.string(), override.extend({ enabled: z.boolean() })),
});

type Services = z.infer<typeof services>;
type Jobs = z.infer<typeof jobs>;

/** What placeholders can stand for where they stand. */
export const placeholderRules = [
  rule({ services }, (config, report) => checkServices(config.services, report)),
  rule({ services, jobs }, (config, report) => {
    for (const [name, one] of Object.entries(config.jobs))
      checkTexts(["jobs", name], one, { owner: jobOwner(name, one, config.services), report });
  }),
  rule(
    { services, migrate: z.object({ command: z.array(z.string()), service: z.string().optional() }) },
    ({ services: all, migrate }, report) => {
      const name = migrate.service ?? Object.keys(all)[0] ?? "";
      checkTexts(["migrate"], { command: migrate.command }, { owner: hostless(name, all), report });
    },
  ),
  rule({ services, jobs, preview }, checkPreview),
  rule(
    { services: z.unknown(), jobs: z.unknown().optional(), alarms: z.unknown().optional() },
    (own, report) => checkNames(own, report, []),
  ),
  rule({ preview: z.unknown().optional() }, (own, report) => checkNames(own, report, ["pr"])),
];

function checkServices(all: Services, report: Report): void {
  for (const [name, one] of Object.entries(all)) {
    const owner = hostless(name, all);
    checkTexts(["services", name], one, { owner, report });
    for (const [sidecar, settings] of Object.entries(one.sidecars))
      checkTexts(["services", name, "sidecars", sidecar], settings, { owner, report });
  }
}

/** Why a service has no host; undefined where it has one, or is no service. */
function hostless(name: string, all: Services): string | undefined {
  const kind = all[name]?.kind;
  if (kind === undefined || kind === "web") return undefined;
  return `${name} is ${kind === "internal" ? "an internal service" : "a worker"}, which has no host`;
}

function jobOwner(name: string, { service: of }: Jobs[string], all: Services): string | undefined {
  return of === undefined ? `the job ${name} is of no service, so it has no host` : hostless(of, all);
}

interface Where {
  /** Why there is no host; undefined where there is one. */
  owner: string | undefined;
  report: Report;
  /** Whether only previews have it. */
  isPreview?: boolean;
}

function checkTexts(
  path: string[],
  settings: ContainerTexts,
  { owner, report, isPreview = false }: Where,
): void {
  const check = (text: string, at: string[]): string => {
    for (const word of placeholdersIn(shownValue(text))) {
      if (word === "pr" && !isPreview) report([...path, ...at], mistakeOf(word, environments));
      if (isHost(word) && owner !== undefined) report([...path, ...at], mistakeOf(word, owner));
    }
    return text;
  };
  changeTexts(settings, check);
}

const environments =
  "an environment has no pull request: it can only stand in `env` of moorage:preview, its services and jobs";

function isHost(word: Placeholder): boolean {
  return word === "host" || word === "url";
}

function mistakeOf(word: Placeholder, why: string): string {
  return `has {${word}}, but ${why}. Write {{${word}}} where that text itself is meant`;
}

function checkPreview(
  {
    services: all,
    jobs: known,
    preview: own,
  }: { services: Services; jobs: Jobs; preview: z.infer<typeof preview> },
  report: Report,
): void {
  const started = Object.entries(known).filter(([name, { service: of }]) => {
    return of === undefined && own.jobs[name]?.enabled === true;
  });
  const hostlessOnes = [
    ...Object.keys(all).map((name) => hostless(name, all)),
    ...started.map(([name, one]) => jobOwner(name, one, all)),
  ].filter((why) => why !== undefined);
  const owner = hostlessOnes[0] && `every service is given it, and ${hostlessOnes[0]}`;
  checkTexts(["preview"], { env: own.env }, { owner, report, isPreview: true });
  for (const [name, { env }] of Object.entries(own.services))
    checkTexts(
      ["preview", "services", name],
      { env },
      { owner: hostless(name, all), report, isPreview: true },
    );
  for (const [name, { env }] of Object.entries(own.jobs)) {
    const of = known[name] && jobOwner(name, known[name], all);
    checkTexts(["preview", "jobs", name], { env }, { owner: of, report, isPreview: true });
  }
}

/** `${aws:username}` is IAM's own. */
const braced = /(?<![$#%{])\{([A-Za-z]+)\}/g;

function checkNames(own: Record<string, unknown>, report: Report, more: Placeholder[]): void {
  const known: string[] = ["stack", ...more];
  changeNames(own, (name, path) => {
    for (const [, word = ""] of shownValue(name).matchAll(braced)) {
      // A reference in `env` to a pull request's own is told with the other texts.
      const isTold = known.includes(word) || (word === "pr" && path.includes("env"));
      // ARNs and fields of events may have braces of their own.
      const isForeign = path.includes("detail") || (name.startsWith("arn:") && !isPlaceholder(word));
      if (!isTold && !isForeign) report(path, namesMistake(word));
    }
    return name;
  });
}

function isPlaceholder(word: string): boolean {
  return (placeholders as readonly string[]).includes(word);
}

function namesMistake(word: string): string {
  if (word === "pr") return `has {pr}, but ${environments}`;
  const near = isPlaceholder(word)
    ? "which stands for nothing in a name"
    : `which stands for nothing (${didYouMean(word, namePlaceholders)})`;
  return `has {${word}}, ${near}: {stack} can stand in names, and {pr} in those of moorage:preview`;
}
