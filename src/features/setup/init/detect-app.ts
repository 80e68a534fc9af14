import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";
import { withoutMark } from "../../../core/byte-order-mark.js";
import { ecrRegistry } from "../../../core/project/ecr-registry.js";
import { originOf, placeInRepository } from "../../../adapters/git/origin.js";
import { mainBranchIn } from "../../../adapters/git/repository.js";
import type { Manifest } from "./commands.js";
import type { QuestionName } from "./questions.js";

/** What can be detected about the app in a folder. */
export interface Folder {
  name: string;
  /** Undefined where there is no package.json that can be read. */
  manifest: Manifest | undefined;
  /** `acme/hello`, where git knows GitHub as its origin. */
  repository: string | undefined;
  /** The first port that its Dockerfile exposes. */
  exposed: string | undefined;
  hasDockerfile: boolean;
  /** Where it is in its repository: `apps/shop`; empty at the top. */
  place: string;
  /** The branch that counts as main; undefined where git does not tell. */
  main: string | undefined;
}

export async function detectApp(folder: string): Promise<Folder> {
  const [dockerfile, manifest, lock, repository, place, main] = await Promise.all([
    contentOf(join(folder, "Dockerfile")),
    contentOf(join(folder, "package.json")),
    contentOf(join(folder, "package-lock.json")),
    originOf(folder),
    placeInRepository(folder),
    mainBranchIn(folder),
  ]);
  return {
    name: basename(folder),
    manifest: manifestIn(manifest, lock !== undefined),
    repository,
    exposed: /^\s*EXPOSE\s+([0-9]+)/im.exec(dockerfile ?? "")?.[1],
    hasDockerfile: dockerfile !== undefined,
    place,
    main,
  };
}

/** The answer that suggests itself, from the folder and from what was answered before. */
export function defaultAnswer(
  name: QuestionName,
  folder: Folder,
  answered: Partial<Record<QuestionName, string>>,
  env: NodeJS.ProcessEnv,
): string | undefined {
  switch (name) {
    case "app":
      return shortNameOf(
        (answered.repository ?? folder.repository)?.split("/")[1] ?? folder.manifest?.name ?? folder.name,
      );
    case "repository":
      return folder.repository;
    case "region":
      return ecrRegistry(answered.registry ?? "")?.region ?? env["AWS_REGION"];
    case "port":
      return folder.exposed ?? "8080";
    case "health":
      return "/health";
    default:
      return undefined;
  }
}

/** `My_App.web` as `my-app-web`; undefined where nothing of it may be in a name. */
function shortNameOf(text: string): string | undefined {
  const short = text
    .toLowerCase()
    .replace(/^@[^/]*\//, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-+$/g, "")
    .slice(0, 32)
    .replace(/-+$/, "");
  return short === "" ? undefined : short;
}

const packageShape = z.looseObject({
  name: z.string().optional(),
  scripts: z.record(z.string(), z.unknown()).default({}),
});

/** The file belongs to the app: if it cannot be parsed, it is ignored without an error. */
function manifestIn(text: string | undefined, hasLock: boolean): Manifest | undefined {
  const parsed = packageShape.safeParse(jsonOf(text));
  if (!parsed.success) return undefined;
  const { name, scripts } = parsed.data;
  return { name, scripts: Object.keys(scripts), hasLock };
}

function jsonOf(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(withoutMark(text));
  } catch {
    return undefined;
  }
}

async function contentOf(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch(() => undefined);
}
