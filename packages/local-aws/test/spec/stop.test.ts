import { expect, it, onTestFinished } from "vitest";
import { join } from "node:path";
import { processesOf } from "../../../../test/harness/processes.js";
import { Rehearsal } from "../../../../test/harness/rehearsal.js";
import { root } from "../../../../test/harness/sandbox.js";

it("`local stop` returns when the daemon, its tasks and their keeper have ended", async () => {
  const rehearsal = await Rehearsal.open();
  onTestFinished(() => rehearsal.close());
  const { home } = rehearsal.sandbox;
  const image = await rehearsal.image(join(root, "examples/hello"), "hello", "v1");
  await rehearsal.create({ name: "hello", image, priority: 1, host: "hello.localhost" });
  await rehearsal.ended("hello");
  expect(processesOf(home)).toHaveLength(2);
  await rehearsal.sandbox.json("local", "stop");
  expect(processesOf(home)).toEqual([]);
});
