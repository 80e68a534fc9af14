import { access, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, posix, resolve } from "node:path";
import { invalidRequest } from "../failure.js";
import { mediaTypes } from "../registry/manifest.js";
import { isRepositoryName, isTag } from "../registry/names.js";
import { checkFolder, readAppPackage, type AppPackage } from "./app-package.js";
import { gatherApp } from "./gather-app.js";
import { runsOnLabel } from "./image-store.js";
import { writeLayer } from "./layer.js";
import { hostArchitecture } from "./platform.js";
import { type OnRequest, pushImage } from "./push-image.js";
import { pushableImage, type PushableImage, writeBlobSource } from "./pushable.js";
import { npmEnvironment } from "./npm-environment.js";
import { startCommand } from "./start-command.js";

/** What a Dockerfile is built from. */
export interface DockerfileBuild {
  /** Absolute folders and files: no argument begins with a hyphen. */
  context: string;
  dockerfile: string;
  target?: string;
  args?: Record<string, string>;
  labels: Record<string, string>;
  /** By name, where what a build step may read is kept: a variable of the environment, or an absolute file. Never values. */
  secrets?: Record<string, { env: string } | { file: string }>;
  /** Whether build steps may ask the SSH agent. */
  ssh?: boolean;
  /** `linux/amd64`; the tool's own when left out. */
  platform?: string;
}

/** Builds a Dockerfile with a tool of this machine; undefined where none works here. */
export type BuildDockerfile = (
  build: DockerfileBuild,
  site: {
    /** Folder for what is written on the way; the caller removes it. */
    workFolder: string;
    env: NodeJS.ProcessEnv;
    signal?: AbortSignal | undefined;
    onLine?: ((line: string) => void) | undefined;
  },
) => Promise<PushableImage | undefined>;

export interface BuildRequest {
  /** The app's folder. */
  folder: string;
  repository: string;
  tag: string;
  /** `127.0.0.1:PORT`. */
  registry: string;
  /** The `Authorization` header that logs in to it. */
  authorization?: string;
  /** The whole commit, for the label `org.opencontainers.image.revision`. */
  revision?: string;
  /** For the label `org.opencontainers.image.created` and the config; part of the bytes, so of the digest. */
  created?: Date;
  /** Further labels. */
  labels?: Record<string, string>;
  /** `package` (the default) needs neither Docker nor Podman where there is a start script; `dockerfile` insists on it. */
  prefer?: "dockerfile" | "package";
  /** How the Dockerfile is built, where it is. */
  docker?: Partial<Omit<DockerfileBuild, "context" | "labels">>;
  /** Without it, an app that has only a Dockerfile is refused. */
  buildDockerfile?: BuildDockerfile;
  env?: NodeJS.ProcessEnv;
  signal?: AbortSignal;
  /** Called with each line that Docker or Podman prints. */
  onLine?: (line: string) => void;
  /** Called with each request to the registry. */
  onRequest?: OnRequest | undefined;
}

/** What an image is made of, wherever it goes. */
export type ImageRequest = Omit<BuildRequest, "authorization" | "repository" | "tag" | "registry">;

export interface PushedImage {
  /** `127.0.0.1:PORT/hello:v1`. */
  image: string;
  repository: string;
  tag: string;
  digest: string;
}

const appFolder = "/app";
const systemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * Builds an image from an app's folder and pushes it to the local registry. A `package.json` with a start script needs
 * neither Docker nor Podman: the folder, and what it needs of its workspace, becomes one layer under `/app`, without an operating system, marked
 * (`dev.moorage.runs-on: host`) to run as a process with this machine's Node. Its `PATH` begins with
 * `/app/node_modules/.bin`: whoever runs it maps paths under `/app` into the unpacked image. The same content gives the
 * same digest. A folder with only a Dockerfile, or one whose Dockerfile is asked for, is built where Docker or Podman
 * works. Throws (exit 2) for a wrong name, tag or folder.
 */
export async function buildImage(request: BuildRequest): Promise<PushedImage> {
  const { repository, tag, registry, authorization, signal, onRequest } = request;
  await checkBuild(request);
  const folder = resolve(request.folder);
  const workFolder = await mkdtemp(join(tmpdir(), "moorage-image-"));
  try {
    const image = await makeImage({ ...request, folder }, workFolder);
    const digest = await pushImage({ registry, authorization, repository, tag, signal, onRequest }, image);
    return { image: `${registry}/${repository}:${tag}`, repository, tag, digest };
  } finally {
    await rm(workFolder, { recursive: true, force: true });
  }
}

/** What can be said before a registry is there. Throws (exit 2) for a wrong name, tag or folder. */
export async function checkBuild({
  folder,
  repository,
  tag,
}: Pick<BuildRequest, "folder" | "repository" | "tag">): Promise<void> {
  checkNames(repository, tag);
  await checkFolder(resolve(folder));
}

function checkNames(repository: string, tag: string): void {
  if (!isRepositoryName(repository)) {
    throw invalidRequest(
      "repository-invalid",
      `"${repository}" is not a repository name.`,
      "Use lower-case letters, digits and single separators: team/hello-api.",
    );
  }
  if (!isTag(tag)) {
    throw invalidRequest(
      "tag-invalid",
      `"${tag}" is not an image tag.`,
      "Use at most 128 letters, digits, '_', '.' and '-', not starting with '.' or '-'.",
    );
  }
}

/** The image's files, below `workFolder`; no registry is asked. */
export async function makeImage(request: ImageRequest, workFolder: string): Promise<PushableImage> {
  const { folder, docker, env = process.env, signal, onLine } = request;
  const labels = labelsOf(request);
  const app = request.prefer === "dockerfile" ? undefined : await readAppPackage(folder);
  if (app) return packFolder(request, app, labels, workFolder);
  const dockerfile = resolve(folder, docker?.dockerfile ?? "Dockerfile");
  if (!(await isThere(dockerfile))) throw nothingToBuild(folder);
  const build = { ...docker, context: folder, dockerfile, labels };
  const image = await request.buildDockerfile?.(build, { workFolder, env, signal, onLine });
  if (image === undefined) throw noContainerTool(folder);
  return image;
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

async function packFolder(
  { folder, created }: ImageRequest,
  app: AppPackage,
  labels: Record<string, string>,
  workFolder: string,
): Promise<PushableImage> {
  const target = join(workFolder, "layer.tar.gz");
  const gathered = await gatherApp(folder);
  const layer = await writeLayer(gathered.base, gathered.files, appFolder.slice(1), target);
  const config = {
    created: created?.toISOString(),
    architecture: hostArchitecture(),
    os: "linux",
    config: {
      Env: [
        `PATH=${[...commandFolders(gathered.app), systemPath].join(":")}`,
        ...npmEnvironment(app, posix.join(appFolder, gathered.app)),
      ],
      Cmd: startCommand(app),
      WorkingDir: posix.join(appFolder, gathered.app),
      Labels: { ...labels, [runsOnLabel]: "host" },
    },
    rootfs: { type: "layers", diff_ids: [layer.diffId] },
  };
  const bytes = Buffer.from(JSON.stringify(config));
  const configBlob = await writeBlobSource(join(workFolder, "config.json"), bytes, mediaTypes.config);
  return pushableImage(configBlob, [layer]);
}

/** As npm has them on PATH: the app's own first, then those of the folders above it. */
function commandFolders(app: string): string[] {
  const above = app === "" ? [] : commandFolders(posix.dirname(app).replace(/^\.$/, ""));
  return [posix.join(appFolder, app, "node_modules/.bin"), ...above];
}

function labelsOf({ revision, created, labels }: ImageRequest): Record<string, string> {
  return {
    ...(revision !== undefined && { "org.opencontainers.image.revision": revision }),
    ...(created !== undefined && { "org.opencontainers.image.created": created.toISOString() }),
    ...labels,
  };
}

function noContainerTool(folder: string) {
  return invalidRequest(
    "container-tool-missing",
    `Neither Docker nor Podman works here, and one of them is needed for the Dockerfile of ${folder}.`,
    'Start Docker or Podman, or give the app a package.json with a "start" script and leave out --dockerfile.',
  );
}

function nothingToBuild(folder: string) {
  return invalidRequest(
    "nothing-to-build",
    `${folder} has no Dockerfile and no package.json with a "start" script.`,
    'Add "scripts": { "start": "node server.js" } to its package.json.',
  );
}
