import { runtime } from "@pulumi/pulumi";
import { expect, it } from "vitest";
import { githubReporter } from "../../../src/cli/workflow-reporter.js";
import { EngineListeners } from "../../../src/adapters/engine/listeners.js";
import { maskingListener, secretsIn } from "../../../src/context/masking.js";
import { commandsIn } from "../../harness/runner.js";

it("F28: what stands under `secure:` is a secret, at any depth, and nothing else is", () => {
  const config = {
    "hello:token": { secure: "v1:abc" },
    "hello:plain": "public",
    "moorage:notify": { slack: { secure: "v1:def" }, webhook: "https://plain.example" },
    "moorage:list": [{ secure: "v1:ghi" }, "open", { inner: { secure: "v1:jkl" } }],
    "hello:absent": { secure: "v1:mno" },
  };
  const decrypted = {
    "hello:token": "t0ken",
    "hello:plain": "public",
    "moorage:notify": JSON.stringify({ slack: "https://slack.example/x", webhook: "https://plain.example" }),
    "moorage:list": JSON.stringify(["one", "open", { inner: "two" }]),
  };
  expect(secretsIn(config, decrypted)).toEqual(["t0ken", "https://slack.example/x", "one", "two"]);
});

it("F28: a program's secrets are masked before its first line, each line and an address's key by itself", async () => {
  const written: string[] = [];
  const reporter = githubReporter({ write: (text: string) => written.push(text) }, {});
  const spec = {
    project: "hello",
    stack: "dev",
    backendUrl: "file:///nowhere",
    config: { "hello:pem": { secure: "v1:abc" }, "moorage:notify": { slack: { secure: "v1:def" } } },
    env: {},
  };
  runtime.setAllConfig({
    "hello:pem": "first line\nsecond: 50%, line\n",
    "moorage:notify": JSON.stringify({ slack: "https://s3cretkey@slack.example/hook" }),
  });
  const program = async () => void reporter.notify({ kind: "detail", text: "the program runs" });
  const listeners = new EngineListeners([maskingListener(reporter)]);
  await listeners.announcing(spec, program)();
  const expected = ["first line", "second: 50%, line", "https://s3cretkey@slack.example/hook", "s3cretkey"];
  const text = written.join("");
  expect(commandsIn(text)).toMatchObject(expected.map((message) => ({ name: "add-mask", message })));
  expect(text.trimEnd().endsWith("the program runs")).toBe(true);
  expect(reporter.masked?.()).toEqual(expected);
  await listeners.announcing(spec, program)();
  expect(commandsIn(written.join(""))).toHaveLength(expected.length);
});
