import { describe, expect, it } from "vitest";
import { serve } from "../services/elbv2/support.js";
import { http11, say, statusOf } from "./raw.js";
import { join, rawTarget, stage } from "./support.js";

const h2c = ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQ"];

/** A stage whose target answers with what it was sent: method, path, the headers of an upgrade, and the body. */
async function echo() {
  const made = await stage();
  const { target } = await serve((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const { upgrade, connection } = request.headers;
      response.end(
        `[${request.method} ${request.url} ${upgrade} ${connection} ${request.headers["http2-settings"]} ${body}]`,
      );
    });
  });
  await join(made.elbv2, made.targetGroupArn, target);
  return made.port;
}

const told = (answer: string) => [...answer.matchAll(/\[[^\]]*\]/g)].map(([text]) => text);

describe("bug 1: an Upgrade that is not a WebSocket is ignored", () => {
  it.each([
    ["a body of known length", [...h2c, "Content-Length: 10"], "token=2977", "token=2977"],
    ["chunks", [...h2c, "Transfer-Encoding: chunked"], "5\r\ntoken\r\n5\r\n=2977\r\n0\r\n\r\n", "token=2977"],
    ["no body", h2c, "", ""],
    ["another protocol", ["Connection: upgrade", "Upgrade: TLS/1.0", "Content-Length: 2"], "ab", "ab"],
    [
      "a WebSocket with a body",
      ["Connection: Upgrade", "Upgrade: websocket", "Content-Length: 2"],
      "ab",
      "ab",
    ],
  ])("bug 1: with %s", async (_what, headers, body, seen) => {
    const port = await echo();
    const answer = await say(port, http11("POST /x", headers, body), (text) => told(text).length > 0);
    expect(statusOf(answer)).toBe(200);
    expect(told(answer)).toEqual([`[POST /x undefined close undefined ${seen}]`]);
  });

  it("bug 1: answers Expect: 100-continue before the body", async () => {
    const port = await echo();
    const headers = [...h2c, "Expect: 100-continue", "Content-Length: 4"];
    const answer = await say(port, http11("POST /x", headers, "body"), (text) => told(text).length > 0);
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/);
    expect(told(answer)[0]).toContain(" body]");
  });

  it("bug 1: answers requests before and after it on one connection, in order", async () => {
    const port = await echo();
    const requests = [
      http11("GET /1"),
      http11("POST /2", [...h2c, "Content-Length: 3"], "two"),
      http11("POST /3", [...h2c, "Content-Length: 5"], "three"),
      http11("GET /4"),
    ];
    const answer = await say(port, requests.join(""), (text) => told(text).length === 4);
    expect(told(answer).map((text) => text.split(" ")[1])).toEqual(["/1", "/2", "/3", "/4"]);
    expect(told(answer)[2]).toMatch(/ three]$/);
  });

  it("bug 1: keeps the connection, and what else Connection names is still left out", async () => {
    const port = await echo();
    const headers = ["Connection: Upgrade, close", "Upgrade: h2c", "Content-Length: 1"];
    const answer = await say(port, http11("POST /x", headers, "a"), (text) => told(text).length > 0);
    expect(answer).toMatch(/Connection: close/i);
  });
});

it.each([
  ["a plain request", []],
  ["an Upgrade that was not passed on", h2c],
])("bug 1: a target that switches protocols after %s is answered with 502", async (_what, headers) => {
  const { elbv2, targetGroupArn, port } = await stage();
  const target = await rawTarget((socket) =>
    socket.once("data", () =>
      socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n"),
    ),
  );
  await join(elbv2, targetGroupArn, target);
  const answer = await say(port, http11("GET /", headers), (text) => text.endsWith("</html>\r\n"));
  expect(statusOf(answer)).toBe(502);
});
