/** What a URL answered. */
export interface SmokeAnswer {
  /** Undefined when no answer came. */
  status: number | undefined;
  body: string;
  /** By lower-case name. */
  headers: Record<string, string | string[] | undefined>;
  error: string | undefined;
}

/** What it should have answered; `{imageTag}` in texts stands for the image tag. */
export interface Expected {
  /** HTTP codes and spans of them: `200-299`. */
  status: string;
  /** Text that the body must hold. */
  contains?: string | undefined;
  /** Text that each header's value must hold. */
  headers: Record<string, string>;
}

/** What is wrong with an answer, as the rest of a sentence that its URL begins; undefined where nothing is. */
export function whatIsWrong(answer: SmokeAnswer, expected: Expected, imageTag: string): string | undefined {
  const { status, body, error, headers } = answer;
  if (status === undefined) return `does not answer: ${error ?? "no reason given"}`;
  if (!matches(status, expected.status)) return `answers ${status}${whereTo(answer)}`;
  const text = expected.contains && fill(expected.contains, imageTag);
  if (text !== undefined && !body.includes(text)) return `answers without ${JSON.stringify(text)}`;
  for (const [name, template] of Object.entries(expected.headers)) {
    const wanted = fill(template, imageTag);
    const value = [headers[name.toLowerCase()] ?? []].flat().join(", ");
    if (!value.includes(wanted)) return `answers with ${name}: ${value || "nothing"}, not ${wanted}`;
  }
  return undefined;
}

const longestLocation = 200;

/** Of a redirect, where it leads: most often the one thing that explains it. */
function whereTo({ status = 0, headers }: SmokeAnswer): string {
  const [location] = [headers["location"] ?? []].flat();
  if (status < 300 || status > 399 || location === undefined) return "";
  return ` (location: ${location.slice(0, longestLocation)})`;
}

function fill(template: string, imageTag: string): string {
  return template.replaceAll("{imageTag}", imageTag);
}

function matches(status: number, codes: string): boolean {
  return codes.split(",").some((span) => {
    const [first = "", last = first] = span.split("-");
    return status >= Number(first) && status <= Number(last);
  });
}
