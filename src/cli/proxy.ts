const loopback = ["localhost", "127.0.0.1", "::1"];

/**
 * Takes loopback out of what a proxy of the environment is for, for this process and those that it starts: the driver, its
 * engine and the local target talk there, and no proxy reaches this machine's own ports. Go never asks one for loopback;
 * grpc-js does. Source: grpc, "gRPC environment variables", `no_grpc_proxy`.
 */
export function spareLoopback(env: NodeJS.ProcessEnv): void {
  const isSet = Object.keys(env).some((name) => /^(grpc|https?|all)_proxy$/i.test(name) && env[name]);
  if (!isSet) return;
  const common = env["no_proxy"] || env["NO_PROXY"];
  const grpc = env["no_grpc_proxy"] || common;
  env["no_proxy"] = withLoopback(common);
  env["NO_PROXY"] = withLoopback(env["NO_PROXY"] || common);
  env["no_grpc_proxy"] = withLoopback(grpc);
}

function withLoopback(list: string | undefined): string {
  const named = (list ?? "")
    .split(",")
    .map((each) => each.trim())
    .filter(Boolean);
  if (named.includes("*")) return named.join(",");
  return [...new Set([...named, ...loopback])].join(",");
}
