import { bounds } from "../../core/bounds.js";
import { z } from "zod";
import { type Trace, traced } from "../../core/trace.js";

const answer = z.object({ value: z.string() });
const claims = z.object({ sub: z.string() });

/**
 * The subject of this run's own OIDC token; undefined outside a run, or in a job without `id-token: write`. The token is
 * read and thrown away. Source: GitHub, "OpenID Connect reference", "Requesting the token in a workflow".
 */
export async function ownSubject(
  env: NodeJS.ProcessEnv,
  audience: string,
  trace: Trace | undefined,
): Promise<string | undefined> {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer } = env;
  if (!url || !bearer) return undefined;
  const asked = new URL(url);
  asked.searchParams.set("audience", audience);
  const headers = { authorization: `Bearer ${bearer}` };
  const call = {
    to: "github",
    what: "GET the job's OIDC token",
    outcome: ({ status }: Response) => status,
  } as const;
  const response = await traced(trace, call, () =>
    fetch(asked, { headers, signal: AbortSignal.timeout(bounds.ownToken) }),
  );
  const { value } = answer.parse(await response.json());
  const payload = Buffer.from(value.split(".")[1] ?? "", "base64url").toString("utf8");
  return claims.parse(JSON.parse(payload)).sub;
}
