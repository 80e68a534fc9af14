import type { SmokeAnswer } from "./judge.js";

/** Of an answer, header and body: what is longer is cut off. */
const answerBytes = 24_576;
/** Base64 a line: Docker's log drivers split lines of more than 16 KB. */
const lineLength = 8_000;
const attemptSeconds = 5;
const mark = "moorage-smoke";
const trailer = "moorage-exit";

/** Each asks once, and writes the answer as HTTP has it; no single quotes, because the shell puts them around. */
const curl = `curl -q -sS -i -g --http1.1 --noproxy "*" -m ${attemptSeconds} -A moorage "$url"`;

const node = `
const u = new URL(process.argv[1]), secure = u.protocol === "https:", own = /(^|\\.)localhost$/.test(u.hostname);
const fail = (e) => { console.log(e.message); process.exit(1); };
setTimeout(fail, ${attemptSeconds * 1_000}, { message: "no answer within ${attemptSeconds} s" }).unref();
require(secure ? "https" : "http").get({ hostname: own ? "127.0.0.1" : u.hostname, port: u.port, path: u.pathname + u.search,
headers: { host: u.host, "user-agent": "moorage" }, agent: false }, (r) => {
let head = "HTTP/1.1 " + r.statusCode + "\\r\\n";
for (let i = 0; i < r.rawHeaders.length; i += 2) head += r.rawHeaders[i] + ": " + r.rawHeaders[i + 1] + "\\r\\n";
process.stdout.write(head + "\\r\\n"); r.on("error", fail); r.pipe(process.stdout);
}).on("error", fail);`;

const python = `
import http.client as h, signal, sys, urllib.parse as p
signal.alarm(${attemptSeconds})
u = p.urlsplit(sys.argv[1])
own = u.hostname == "localhost" or u.hostname.endswith(".localhost")
try:
  c = (h.HTTPSConnection if u.scheme == "https" else h.HTTPConnection)("127.0.0.1" if own else u.hostname, u.port)
  c.request("GET", (u.path or "/") + ("?" + u.query if u.query else ""), headers={"Host": u.netloc, "User-Agent": "moorage"})
  r = c.getresponse()
  head = "".join(k + ": " + v + "\\r\\n" for k, v in r.getheaders())
  sys.stdout.buffer.write(("HTTP/1.1 %d\\r\\n%s\\r\\n" % (r.status, head)).encode() + r.read())
except Exception as e:
  sys.exit(str(e) or repr(e))`;

/**
 * What a container's shell runs, with URL and seconds after it: asks each second until the time is over, and writes each
 * answer to its log, numbered, in base64. ECS takes 8192 characters of overrides. Source: RunTask, `overrides`.
 */
export const script = `url=$1; end=$(($(date +%s) + $2)); n=0
trap "exit 0" TERM INT
has() { command -v "$1" >/dev/null 2>&1; }
for part in base64 head tr fold; do has $part || { echo "${mark} 0 the image has no $part"; exit 127; }; done
if has curl; then ask() { ${curl}; }
elif has node; then ask() { node -e '${node}' "$url"; }
elif has python3; then ask() { python3 -c '${python}' "$url"; }
else echo "${mark} 0 the image has none of curl, node and python3"; exit 127; fi
while :; do
n=$((n + 1))
answer=$({ ask 2>&1; printf "\\n${trailer} %s" $?; } | head -c ${answerBytes} | base64 | tr -d "\\n")
printf "%s\\n" "$answer" | fold -w ${lineLength} | while IFS= read -r part; do echo "${mark} $n $part"; done
echo "${mark} $n end"
[ $(date +%s) -lt $end ] || exit 0
sleep 1
done`;

/** What the container runs in place of its own command. */
export function commandFor(url: string, seconds: number): string[] {
  return ["sh", "-c", script, mark, url, String(seconds)];
}

/** Answers that a task's log tells of, as their lines come in. */
export class TaskAnswers {
  /** The last whole answer. */
  last: SmokeAnswer | undefined;
  /** Why the script cannot ask, in its own words. */
  unable: string | undefined;
  private parts: string[] = [];
  private number = "";

  /** Lines of the app's own are passed over. */
  take(lines: readonly string[]): void {
    for (const line of lines) {
      const [word, number, ...rest] = line.trimEnd().split(" ");
      if (word !== mark || number === undefined) continue;
      if (number === "0") this.unable = rest.join(" ");
      else if (rest[0] === "end") this.close(number);
      else this.open(number, rest[0] ?? "");
    }
  }

  private open(number: string, part: string): void {
    if (number !== this.number) this.parts = [];
    this.number = number;
    this.parts.push(part);
  }

  private close(number: string): void {
    if (number === this.number)
      this.last = answerOf(Buffer.from(this.parts.join(""), "base64").toString("utf8"));
  }
}

/** From an answer as HTTP has it, with the exit code of what asked at its end; what is cut off has none. */
export function answerOf(text: string): SmokeAnswer {
  const ended = new RegExp(`\\n${trailer} (\\d+)$`).exec(text);
  const written = ended === null ? text : text.slice(0, ended.index);
  const border = written.search(/\r?\n\r?\n/);
  const [, status] = /^HTTP\/[\d.]+ (\d{3})/.exec(written) ?? [];
  const failed = ended !== null && ended[1] !== "0";
  if (failed || status === undefined || border < 0) {
    const said = written.trim().split("\n").at(-1);
    return {
      status: undefined,
      body: "",
      headers: {},
      error: said === undefined || said === "" ? undefined : said,
    };
  }
  const body = written.slice(border).replace(/^\r?\n\r?\n/, "");
  return { status: Number(status), body, headers: headersOf(written.slice(0, border)), error: undefined };
}

function headersOf(fields: string): Record<string, string[]> {
  const headers = new Map<string, string[]>();
  for (const field of fields.split("\n")) {
    const [, name, value] = /^([^:\s]+):\s*(.*?)\s*$/.exec(field) ?? [];
    if (name === undefined || value === undefined) continue;
    const key = name.toLowerCase();
    headers.set(key, [...(headers.get(key) ?? []), value]);
  }
  return Object.fromEntries(headers);
}
