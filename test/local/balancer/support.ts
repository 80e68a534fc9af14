import * as http from "node:http";
import { onTestFinished } from "vitest";
import { createBalancer, type Balancer } from "../../../src/local/balancer/balancer.js";
import type { Elbv2 } from "../../../src/local/elbv2/elbv2.js";

export async function balance(elbv2: Elbv2): Promise<Balancer> {
  const balancer = await createBalancer({ elbv2, port: 0 });
  onTestFinished(() => balancer.close());
  return balancer;
}

export interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: string;
}

export interface Asked {
  host?: string;
  path?: string;
  method?: string;
  headers?: http.OutgoingHttpHeaders;
  body?: string;
  agent?: http.Agent;
}

/** One request to the balancer; rejects when the connection ends before the answer does. */
export function ask(port: number, asked: Asked = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        host: "127.0.0.1",
        port,
        path: asked.path ?? "/",
        method: asked.method ?? "GET",
        headers: { Host: asked.host ?? "app.localhost", ...asked.headers },
        agent: asked.agent ?? false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    request.on("error", reject);
    request.end(asked.body);
  });
}
