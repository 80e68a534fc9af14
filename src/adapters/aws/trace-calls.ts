import type { Trace } from "../../core/trace.js";

type Next = (args: { request?: unknown }) => Promise<{ response?: unknown }>;
type Middleware = (next: Next, context: { commandName?: string }) => Next;

interface Stack {
  add(middleware: Middleware, options: { step: "deserialize"; name: string; priority: "high" }): void;
}

/** Traces every attempt of a client's calls. The step is the SDK's last, within its retries. */
export function traceCalls<C extends object>(client: C, service: string, trace: Trace | undefined): C {
  if (trace === undefined) return client;
  const middleware: Middleware = (next, { commandName = "" }) => {
    const what = `${service} ${commandName.replace(/Command$/, "")}`;
    return async (args) => {
      const startedAt = performance.now();
      const attempt = attemptOf(args.request);
      const end = (outcome: string | number) =>
        trace({ to: "aws", what, outcome, durationMs: performance.now() - startedAt, attempt });
      try {
        const answer = await next(args);
        end((answer.response as { statusCode?: number } | undefined)?.statusCode ?? "answered");
        return answer;
      } catch (error) {
        end(outcomeOf(error));
        throw error;
      }
    };
  };
  const { middlewareStack } = client as unknown as { middlewareStack: Stack };
  middlewareStack.add(middleware, { step: "deserialize", name: "moorageTrace", priority: "high" });
  return client;
}

/** `400 ThrottlingException`; the name alone where nothing answered. */
function outcomeOf(error: unknown): string {
  if (!(error instanceof Error)) return "failed";
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
  return [$metadata?.httpStatusCode, error.name].filter((part) => part !== undefined).join(" ");
}

/** As the SDK tells AWS: `amz-sdk-request: attempt=2; max=3`. */
function attemptOf(request: unknown): number {
  const headers = (request as { headers?: Record<string, string> } | undefined)?.headers ?? {};
  return Number(/attempt=(\d+)/.exec(headers["amz-sdk-request"] ?? "")?.[1] ?? 1);
}
