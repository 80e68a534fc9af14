import { expect, it } from "vitest";
import { errorText } from "../../src/cli/error-text.js";
import { guardedReporter } from "../../src/cli/guarded-reporter.js";
import { MoorageError } from "../../src/core/errors.js";
import { silentReporter } from "../../src/core/reporter.js";

it("the code stands at the end of the message's first line, the hint below all of it", () => {
  const error = {
    code: "rollout-failed",
    message: "The rollout failed:\n  - exit code 3",
    hint: "Fix it.",
  } as const;
  expect(errorText(error)).toBe(
    "error: The rollout failed: [rollout-failed]\n  - exit code 3\n  -> Fix it.\n",
  );
  expect(errorText({ ...error, message: "It failed.", hint: "" })).toBe(
    "error: It failed. [rollout-failed]\n",
  );
});

it("F28: a secret of the environment is hidden in it, and the code stays", () => {
  const written: string[] = [];
  const secret = "correct-horse-battery";
  const reporter = guardedReporter(
    silentReporter,
    { write: (text) => written.push(text) },
    { GITHUB_TOKEN: secret },
  );
  reporter.fail?.(new MoorageError({ code: "github-refused", message: `GitHub says ${secret}`, hint: "" }));
  expect(written).toEqual(["error: GitHub says *** [github-refused]\n"]);
});
