import * as net from "node:net";
import { onTestFinished } from "vitest";
import { until } from "../services/elbv2/until.js";

/** Sends bytes over one connection and returns what has come back when `enough` holds, or the connection ended. */
export async function say(port: number, text: string, enough: (answer: string) => boolean): Promise<string> {
  const socket = net.connect(port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  socket.on("error", () => undefined);
  let answer = "";
  let ended = false;
  socket.on("data", (chunk) => (answer += chunk.toString("latin1")));
  socket.on("close", () => (ended = true));
  socket.write(text, "latin1");
  await until(() => ended || enough(answer), `an answer to ${JSON.stringify(text.slice(0, 80))}`);
  return answer;
}

/** The request's lines, with `Host: app.localhost`, and its body. */
export function http11(line: string, headers: string[] = [], body = ""): string {
  return [`${line} HTTP/1.1`, "Host: app.localhost", ...headers, "", body].join("\r\n");
}

export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0);
}
