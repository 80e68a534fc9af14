import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { ecrRegistry } from "../release/ecr.js";
import { originOf } from "../source/origin.js";
import type { QuestionName } from "./questions.js";

/** What a folder tells of its app. */
export interface Folder {
  name: string;
  /** `name` of its package.json. */
  packageName: string | undefined;
  /** `acme/hello`, where git knows GitHub as its origin. */
  repository: string | undefined;
  /** The first port that its Dockerfile exposes. */
  exposed: string | undefined;
  hasDockerfile: boolean;
}

export async function lookAround(folder: string): Promise<Folder> {
  const [dockerfile, manifest, repository] = await Promise.all([
    contentOf(join(folder, "Dockerfile")),
    contentOf(join(folder, "package.json")),
    originOf(folder),
  ]);
  return {
    name: basename(folder),
    packageName: nameIn(manifest),
    repository,
    exposed: /^\s*EXPOSE\s+([0-9]+)/im.exec(dockerfile ?? "")?.[1],
    hasDockerfile: dockerfile !== undefined,
  };
}

/** The answer that suggests itself, from the folder and from what was answered before. */
export function suggestion(
  name: QuestionName,
  folder: Folder,
  answered: Partial<Record<QuestionName, string>>,
  env: NodeJS.ProcessEnv,
): string | undefined {
  switch (name) {
    case "app":
      return shortNameOf(
        (answered.repository ?? folder.repository)?.split("/")[1] ?? folder.packageName ?? folder.name,
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

function nameIn(manifest: string | undefined): string | undefined {
  try {
    const { name } = JSON.parse(manifest ?? "{}") as { name?: unknown };
    return typeof name === "string" ? name : undefined;
  } catch {
    return undefined; // Somebody else's file: it only would have suggested a name.
  }
}

async function contentOf(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch(() => undefined);
}
