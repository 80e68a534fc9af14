import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { readFile, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { pack, type Pack } from "tar-stream";
import { AwsError } from "../cloud.js";
import type { ImageFilePaths, UnpackedImage } from "../ports.js";
import type { ContainerEngine } from "./engine.js";

const repository = "moorage.local/image";
const loadMs = 120_000;

/**
 * Images of the local registry in a container engine's store. They go by an archive: an engine would look for the registry's name
 * on the network, and asks a registry on loopback for a certificate and a login.
 */
export class EngineImages {
  /** By name: of tasks that start together, one loads. */
  private readonly loaded = new Map<string, { engine: ContainerEngine; done: Promise<void> }>();

  /** `folder` is where archives are written on the way. */
  constructor(private readonly folder: string) {}

  /** The name that the engine has the image by. Throws in ECS's words where the engine does not take it. */
  async load(engine: ContainerEngine, { digest, files }: UnpackedImage): Promise<string> {
    const name = `${repository}:${digest.replace(/^sha256:/, "")}`;
    const known = this.loaded.get(name) ?? { engine, done: this.put(engine, name, files) };
    this.loaded.set(name, known);
    try {
      await known.done;
    } catch (error) {
      this.loaded.delete(name);
      throw error;
    }
    return name;
  }

  /** Removes what was loaded; what a container of somebody else's uses stays. */
  async close(): Promise<void> {
    for (const [name, { engine }] of this.loaded) {
      await command(engine, ["rmi", name]).catch(() => undefined);
    }
    this.loaded.clear();
  }

  private async put(engine: ContainerEngine, name: string, files: ImageFilePaths): Promise<void> {
    const archive = join(this.folder, `${randomUUID()}.tar`);
    try {
      await writeArchive(archive, name, files);
      await command(engine, ["load", "--input", archive]);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new AwsError(
        "CannotPullContainerError",
        `CannotPullContainerError: ${engine.command} load: ${why}`,
      );
    } finally {
      await rm(archive, { force: true });
    }
  }
}

/** As `docker save` writes it: `manifest.json` names configuration and layers. Source: Docker image specification v1.2. */
async function writeArchive(file: string, name: string, { config, layers }: ImageFilePaths): Promise<void> {
  const archive = pack();
  const written = pipeline(archive, createWriteStream(file));
  const named = layers.map((layer) => ({ layer, path: `${basename(layer)}.tar` }));
  const manifest = [
    { Config: `${basename(config)}.json`, RepoTags: [name], Layers: named.map(({ path }) => path) },
  ];
  const entries = async () => {
    archive.entry({ name: `${basename(config)}.json` }, await readFile(config));
    // An image may have one layer twice; its file is needed once.
    for (const [path, layer] of new Map(named.map((one) => [one.path, one.layer])))
      await addFile(archive, path, layer);
    archive.entry({ name: "manifest.json" }, JSON.stringify(manifest));
    archive.finalize();
  };
  await Promise.all([written, entries()]);
}

async function addFile(archive: Pack, name: string, file: string): Promise<void> {
  const { size } = await stat(file);
  await pipeline(createReadStream(file), archive.entry({ name, size }));
}

/** Rejects with the engine's last line. */
function command(engine: ContainerEngine, args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = { timeout: loadMs, killSignal: "SIGKILL" } as const;
    execFile(engine.command, [...engine.globals, ...args], options, (error, _stdout, stderr) => {
      if (error === null) resolve();
      else reject(new Error(stderr.trim().split("\n").at(-1) || error.message));
    });
  });
}
