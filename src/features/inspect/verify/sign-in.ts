import { mayReachOutside } from "../../../adapters/aws/balancer-egress.js";
import { clientOf } from "../../../core/project/auth-schema.js";
import { type Judgement, fail, pass, skip } from "./finding.js";
import type { VerifyInput } from "./verify-input.js";

/** HTTPS: where issuers' endpoints are. */
const issuerPort = 443;

/** The load balancer reaches the issuer, as far as its security groups say; what is said of the app while nobody is signed in. */
export async function judgeSignIn(
  { context, config, foundation }: VerifyInput,
  name: string,
): Promise<Judgement> {
  const service = config.services[name];
  if (service?.kind !== "web" || service.auth === undefined) return skip("It signs nobody in.");
  const { open } = service.auth;
  const { at } = clientOf(service.auth);
  const smoke =
    open === undefined
      ? "the smoke test sees the redirect there, and never the app (`auth.open` leaves a path open)"
      : `${open.join(", ")} open for everybody, the smoke test too`;
  if (foundation.listener === undefined) return skip("The listener is unknown: see `foundation`.");
  const reaches = await mayReachOutside(context.aws, foundation.listener, issuerPort);
  if (reaches === false) {
    return fail(
      "The load balancer's security groups do not let it out at port 443, so that every sign-in ends with 500: set signIn: true in moorage:loadBalancers of the foundation and run `moorage infra up`, or add the rule.",
    );
  }
  return pass(`People are sent to ${at}; ${smoke}.`);
}
