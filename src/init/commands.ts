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

/** Where the app is in its repository, and its package.json; the commands run at the repository's top. */
interface App {
  place: string;
  manifest: Manifest | undefined;
}

/** What is not there is not run: `true` does nothing, until somebody puts a command in its place. */
export function commandsOf(app: App, ref: string): Commands {
  const npm = npmFor(app);
  const script = (name: string, command = `${npm} run ${name}`) =>
    app.manifest?.scripts.includes(name) ? command : "true";
  return {
    install: installOf(app, ref),
    lint: script("lint"),
    types: script("typecheck"),
    test: script("test", `${npm} test`),
  };
}

function npmFor({ place }: App): string {
  return place === "" ? "npm" : `npm --prefix ${place}`;
}

/** Moorage itself is installed at the top, where `npx` finds it. */
function installOf(app: App, ref: string): string {
  const { manifest, place } = app;
  const own = manifest === undefined ? [] : [`${npmFor(app)} ${manifest.hasLock ? "ci" : "install"}`];
  const brings = manifest?.hasMoorage === true && place === "";
  const moorage = brings ? [] : [`npm install --no-save moorage@github:moorage/moorage#${ref}`];
  return [...own, ...moorage].join(" && ");
}
