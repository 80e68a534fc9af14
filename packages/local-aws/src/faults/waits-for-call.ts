import type { FaultRequest } from "./request.js";

/** Whether the daemon is to be killed at a call instead of now. */
export function waitsForCall(request: Extract<FaultRequest, { kind: "kill-daemon" }>): boolean {
  return [request.service, request.operation, request.nth].some((condition) => condition !== undefined);
}
