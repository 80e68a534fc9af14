import { badRequest, type ErrorCode, MoorageError } from "../../core/errors.js";
import type { PreviewDecision } from "./decision.js";
import type { QuotaExcess } from "./quota.js";

/** Why no preview is deployed, as an error of the guard (exit 4). */
export function previewRefused(
  stack: string,
  decision: Extract<PreviewDecision, { action: "destroy" | "refuse" }>,
): MoorageError {
  if (decision.action === "refuse") return refused("preview-refused", stack, decision);
  const hint =
    "Open and label the pull request first; `moorage preview destroy` removes an existing preview.";
  return refused("preview-unwanted", stack, { reason: decision.reason, hint });
}

function refused(
  code: ErrorCode,
  stack: string,
  { reason, hint }: { reason: string; hint: string },
): MoorageError {
  return new MoorageError({
    code,
    message: `${stack} is not deployed: ${reason}.`,
    hint,
  });
}

/** Of a preview that was deployed and destroyed again, because its pull request ceased to want it (F9). */
export function tornDown(stack: string, reason: string): MoorageError {
  return refused("preview-torn-down", stack, {
    reason: `${reason}; what was created in the meantime is destroyed`,
    hint: "Reopen or label the pull request to have its preview again.",
  });
}

/** Of a preview for which there is no room (exit 4). */
export function previewQuotaExceeded(stack: string, { message, candidates }: QuotaExcess): MoorageError {
  return new MoorageError({
    code: "preview-quota",
    message: `${stack} is not created: ${message}`,
    hint: `Close or unlabel a pull request, or raise the limit. These could be removed: ${candidates.join(", ")}.`,
  });
}

/** Of a command that cannot do without the pull request. */
export function githubMissing(variable = "GITHUB_REPOSITORY or GITHUB_TOKEN"): MoorageError {
  return badRequest(
    "github-missing",
    `The pull request cannot be read: ${variable} is not set.`,
    "Set GITHUB_REPOSITORY and GITHUB_TOKEN; `preview up` and `preview destroy` need neither.",
  );
}
