// Runs bin/moorage.js again and again in one process, each time with a command's own arguments, folder and environment: the
// modules are loaded and compiled once. Commands come one at a time, as messages; see `warm.ts`.
const [bin] = process.argv.slice(2);
const streams = { stdout: process.stdout, stderr: process.stderr };
const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
let runs = 0;

process.on("message", (command) => void run(command).then((result) => process.send?.(result)));
process.on("disconnect", () => process.reallyExit(0));
process.setMaxListeners(0);

async function run({ args, cwd, env }) {
  for (const name of Object.keys(process.env)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, env);
  process.chdir(cwd);
  process.argv = [process.execPath, bin, ...args];
  const told = { stdout: "", stderr: "" };
  for (const [name, stream] of Object.entries(streams)) {
    stream.write = (chunk, encoding, done) => {
      told[name] += String(chunk);
      const then = typeof encoding === "function" ? encoding : done;
      if (then) process.nextTick(then);
      return true;
    };
  }
  const code = await new Promise((resolve, reject) => {
    // The last thing that the entry does.
    process.exit = (exitCode) => resolve(exitCode ?? process.exitCode ?? 0);
    // Only the entry's module is another one each time; what it imports stays.
    import(new URL(`../dist/main.js?run=${(runs += 1)}`, bin).href).catch(reject);
  });
  for (const signal of signals) process.removeAllListeners(signal);
  for (const stream of Object.values(streams)) stream.removeAllListeners("error");
  process.exitCode = undefined;
  closeConnections();
  return { code, ...told };
}

/** A command's connections end with it: the next one must not meet one whose other end is gone by then. */
function closeConnections() {
  const dispatcher = Symbol.for("undici.globalDispatcher.1");
  const used = globalThis[dispatcher];
  if (used === undefined) return;
  globalThis[dispatcher] = new used.constructor();
  void used.destroy();
}
