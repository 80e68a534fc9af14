import type { Invocation } from "../../../core/command.js";
import { asMoorageError } from "../../../core/errors.js";
import { unlessItFails } from "../../publish/best-effort.js";
import { writeOutputs, writeSummary } from "../../../adapters/github/step-files.js";
import { requestSummary } from "./describe.js";
import type { RequestResult } from "./remote-deploy.js";

/**
 * Does the request; in a GitHub run the step's outputs (`verdict`, `run-url`, `image-tag`) and the job summary tell how it
 * ended.
 */
export async function publishedRequest(
  invocation: Pick<Invocation, "env" | "reporter">,
  request: () => Promise<RequestResult>,
): Promise<RequestResult> {
  try {
    const result = await request();
    await publish(invocation, result);
    return result;
  } catch (thrown) {
    const { result } = asMoorageError(thrown);
    if (isResult(result)) await publish(invocation, result);
    throw thrown;
  }
}

async function publish(
  { env, reporter }: Pick<Invocation, "env" | "reporter">,
  result: RequestResult,
): Promise<void> {
  await unlessItFails(reporter, "the run of the request", async () => {
    const { verdict, imageTag, run } = result;
    await writeOutputs(env, { verdict, "image-tag": imageTag, "run-url": run?.url });
    await writeSummary(env, requestSummary(result));
  });
}

function isResult(value: unknown): value is RequestResult {
  return typeof value === "object" && value !== null && "parameter" in value;
}
