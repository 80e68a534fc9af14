import { describe, expect, it } from "vitest";
import { startCommand } from "../../src/images/start-command.js";

describe("startCommand", () => {
  it.each([
    ["node server.js", "exec node server.js"],
    ["node server.js --port ${PORT:-3000}", "exec node server.js --port ${PORT:-3000}"],
    ["node -e 'a; b && c'", "exec node -e 'a; b && c'"],
    ['node -e "a | b"', 'exec node -e "a | b"'],
    ["node server.js > log.txt", "exec node server.js > log.txt"],
    ["NODE_ENV=production node server.js", "NODE_ENV=production node server.js"],
    ["node build.js && node server.js", "node build.js && node server.js"],
    ["node server.js | tee log", "node server.js | tee log"],
    ["node $(cat entry)", "node $(cat entry)"],
    ["cd dist; node server.js", "cd dist; node server.js"],
  ])("%s", (start, command) => expect(startCommand({ start })).toEqual(["sh", "-c", command]));

  it("runs prestart first, as npm does", () => {
    const command = startCommand({ prestart: "node build.js", start: "node server.js" });
    expect(command).toEqual(["sh", "-c", "( node build.js ) && exec node server.js"]);
  });
});
