/** What the app's package.json tells of how it is worked on. */
export interface Manifest {
  name: string | undefined;
  scripts: string[];
  /** Whether Moorage is among its dependencies, so that installing them brings it. */
  hasMoorage: boolean;
  hasLock: boolean;
}

/** The commands of a pull request's checks, by the inputs of the workflows that run them. */
export interface Commands {
  install: string;
  lint: string;
  types: string;
  test: string;
}

/** What is not there is not run: `true` does nothing, until somebody puts a command in its place. */
export function commandsOf(manifest: Manifest | undefined, ref: string): Commands {
  const script = (name: string, command = `npm run ${name}`) =>
    manifest?.scripts.includes(name) ? command : "true";
  return {
    install: installOf(manifest, ref),
    lint: script("lint"),
    types: script("typecheck"),
    test: script("test", "npm test"),
  };
}

function installOf(manifest: Manifest | undefined, ref: string): string {
  const own = manifest === undefined ? [] : [manifest.hasLock ? "npm ci" : "npm install"];
  const moorage = manifest?.hasMoorage ? [] : [`npm install --no-save moorage@github:moorage/moorage#${ref}`];
  return [...own, ...moorage].join(" && ");
}
