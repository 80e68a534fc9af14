import { renameSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { temporaryFolder, until, workbench } from "./tasks-harness.js";

const pace = { factor: 1_000 };
/** Says when it starts, and exits with the code in the file. */
const script = (folder: string) => `
  console.log("started " + process.pid);
  const look = setInterval(() => {
    try { process.exit(Number(require("node:fs").readFileSync("${folder}/code"))); } catch {}
  }, 10);
`;

it("F55: a container that exits is restarted in its task; one whose exit code is ignored ends it", async () => {
  const folder = temporaryFolder();
  const { run, lines } = workbench({ app: script(folder) }, { pace });
  const task = run("app", {
    listens: false,
    log: { group: "/ecs", prefix: "ecs" },
    restart: { ignoredExitCodes: [4], attemptPeriod: 1 },
  });
  const starts = () => lines.filter(({ message }) => message.startsWith("started")).length;
  await until(() => starts() === 1);
  writeFileSync(`${folder}/code.next`, "3");
  renameSync(`${folder}/code.next`, `${folder}/code`);
  await until(() => starts() >= 2);
  expect(task.events.map(({ kind }) => kind)).not.toContain("stopped");
  writeFileSync(`${folder}/code.next`, "4");
  renameSync(`${folder}/code.next`, `${folder}/code`);
  const { containers } = await task.on("stopped");
  expect(containers).toMatchObject([{ exitCode: 4 }]);
});

it("a container that has not run for the attempt period, or was told to stop, is not restarted", async () => {
  const { run } = workbench(
    { brief: "process.exit(3)", stay: "setInterval(() => undefined, 1000)" },
    { pace },
  );
  const brief = run("brief", { listens: false, restart: { ignoredExitCodes: [], attemptPeriod: 1_800_000 } });
  expect((await brief.on("stopped")).containers).toMatchObject([{ exitCode: 3 }]);
  const stay = run("stay", { listens: false, restart: { ignoredExitCodes: [], attemptPeriod: 0 } });
  await stay.on("running");
  stay.handle.stop();
  expect((await stay.on("stopped")).containers).toMatchObject([{ exitCode: 143 }]);
});
