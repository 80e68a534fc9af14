import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { fetchAnswer } from "../../src/features/deploy/smoke/probe.js";
import { putPull } from "../fakes/github/pulls.js";
import { GitHubFake } from "../fakes/github/github.js";
import { goTool } from "../harness/go-tool.js";
import type { ListedJson } from "../harness/preview.js";
import { describeWith } from "../harness/python-tool.js";
import { Sandbox } from "../harness/sandbox.js";
import { Act } from "./act.js";

const fake = await GitHubFake.open();
const timeout = 240_000;
const pr = 42;
const note = "examples/hello/note.txt";

describeWith(await goTool("act"), "a fork's pull request, by the workflow itself", (program) => {
  let sandbox: Sandbox;
  let act: Act;
  beforeAll(() => {
    sandbox = new Sandbox();
    act = new Act(program, sandbox, fake, "action");
    const project = readFileSync(join(act.origin.folder, "Pulumi.yaml"), "utf8");
    act.origin.write("Pulumi.yaml", project.replace("label: deploy }", "label: deploy, forks: approval }"));
    act.origin.commit("Forks may be approved");
  });
  afterAll(() => sandbox.close(), timeout);

  const dispatch = (commit: string) =>
    act.run("fork", { event: "workflow_dispatch", payload: { inputs: { pr: String(pr), commit } } });

  it(
    "F27: exactly the approved commit is deployed; what is pushed afterwards is not",
    { timeout },
    async () => {
      const approved = act.origin.branch("theirs", note, "1");
      putPull(fake, pr, { headRepository: "stranger/hello", headCommit: approved });
      const run = await dispatch(approved);
      expect(run.code, run.stdout).toBe(0);
      const { url } = await sandbox.json<{ url: string }>("preview", "url", "--pr", String(pr));
      const tag = `sha-${approved.slice(0, 12)}`;
      expect((await fetchAnswer(`${url}healthz`, 5_000)).body).toContain(tag);

      const headCommit = act.origin.branch("theirs", note, "2");
      putPull(fake, pr, { headRepository: "stranger/hello", headCommit });
      const late = await dispatch(approved);
      expect(late.code).not.toBe(0);
      expect(late.stdout).toContain(`commit ${approved} was approved, but the head of`);
      const [listed] = await sandbox.json<ListedJson[]>("preview", "list");
      expect(listed?.imageTag).toBe(tag);
    },
  );
});
