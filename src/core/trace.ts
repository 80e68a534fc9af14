/** A call to the outside, as `--verbose` shows it: no bodies, no headers, no query strings. */
export interface TracedCall {
  to: "aws" | "github" | "registry" | "engine" | "images" | "pulumi-cloud";
  /** `ECS DescribeServices`, `GET /repos/acme/hello`, `pulumi up dev`, `docker push registry/hello:v1`. */
  what: string;
  /** An HTTP status, an exit code, or the name of the error where there is neither. */
  outcome: string | number;
  durationMs: number;
  /** From 1; told from the second attempt on. */
  attempt?: number;
}

/** Called with each call once it has ended. */
export type Trace = (call: TracedCall) => void;

/** `aws: ECS DescribeServices -> 200, 12 ms`. */
export function traceLine({ to, what, outcome, durationMs, attempt = 1 }: TracedCall): string {
  const again = attempt > 1 ? `, attempt ${attempt}` : "";
  return `${to}: ${what} -> ${outcome}, ${Math.round(durationMs)} ms${again}`;
}

/** Runs a call and tells of it: `outcome` of what it answers, the error's name where it fails. */
export async function traced<Value>(
  trace: Trace | undefined,
  {
    outcome,
    ...call
  }: Pick<TracedCall, "to" | "what" | "attempt"> & { outcome: (value: Value) => string | number },
  work: () => Promise<Value>,
): Promise<Value> {
  if (trace === undefined) return work();
  const startedAt = performance.now();
  const end = (told: string | number) =>
    trace({ ...call, outcome: told, durationMs: performance.now() - startedAt });
  try {
    const value = await work();
    end(outcome(value));
    return value;
  } catch (error) {
    end(error instanceof Error ? error.name : "failed");
    throw error;
  }
}

/** Whether every call is to be shown: `--verbose`, or `MOORAGE_LOG=debug`. */
export function isVerbose(argv: readonly string[], env: NodeJS.ProcessEnv): boolean {
  const end = argv.indexOf("--");
  const own = end < 0 ? argv : argv.slice(0, end);
  return (
    env["MOORAGE_LOG"] === "debug" || own.some((word) => word === "--verbose" || word === "--verbose=true")
  );
}
