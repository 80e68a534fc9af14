import { type Auth, clientOf } from "../../../core/project/auth-schema.js";
import type { Config } from "../../../core/project/schema.js";
import { type Expected, type SmokeAnswer, whatIsWrong } from "./judge.js";
import { fitsPath } from "./scaled-to-zero.js";

/** Whom the load balancer asks before a service gets a check's request; undefined where everybody may ask. */
export function signInBefore(
  { services }: Pick<Config, "services">,
  service: string | undefined,
  path: string,
): Auth | undefined {
  const settings = services[service ?? ""];
  if (settings?.kind !== "web" || settings.auth === undefined) return undefined;
  if (settings.auth.unauthenticated === "allow") return undefined;
  const [plain = ""] = path.split("?", 1);
  const { redirects = [], fixed = [] } = settings;
  const answered = [...redirects, ...fixed].flatMap((one) => one.path);
  const isOpen = [...(settings.auth.open ?? []), ...answered].some((pattern) => fitsPath(plain, pattern));
  return isOpen ? undefined : settings.auth;
}

/**
 * What is wrong with an answer where nobody is signed in: it must be the load balancer's, which sends people to the issuer with the
 * client that is configured, or denies. Of the app it says nothing, so what a check expects of a body or of headers cannot be judged.
 */
export function whatIsWrongWithSignIn(
  answer: SmokeAnswer,
  expected: Expected,
  auth: Auth,
  imageTag: string,
): string | undefined {
  if (expected.contains !== undefined || Object.keys(expected.headers).length > 0)
    return "is signed in first, so `contains` and `headers` cannot be checked: leave its path open in `auth.open`";
  if (auth.unauthenticated === "deny") return whatIsWrong(answer, { status: "401", headers: {} }, imageTag);
  const problem = whatIsWrong(answer, { status: "302", headers: {} }, imageTag);
  if (problem !== undefined) return `${problem}, and not with a redirect to sign in`;
  const [location = ""] = [answer.headers["location"] ?? []].flat();
  const { clientId } = clientOf(auth);
  const asked = URL.canParse(location) ? new URL(location).searchParams : new URLSearchParams();
  if (asked.get("client_id") === clientId && asked.get("redirect_uri")?.endsWith("/oauth2/idpresponse"))
    return undefined;
  return `redirects, but not to sign in with the client ${clientId}`;
}
