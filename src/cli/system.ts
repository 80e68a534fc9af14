import { isSupported } from "@moorage/local-aws";
import { badRequest } from "../core/errors.js";

/** Raises `unsupported-system` (exit 2) on a system on which no command can work. */
export function checkSystem(): void {
  if (isSupported()) return;
  throw badRequest(
    "unsupported-system",
    "Moorage does not run on Windows itself: it runs on Linux and macOS.",
    "Install WSL (`wsl --install`), Node and git in it, and run the command there: https://learn.microsoft.com/windows/wsl/install",
  );
}
