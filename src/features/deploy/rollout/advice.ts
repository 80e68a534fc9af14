import { capacityKind } from "../../../core/project/capacity.js";

/** What ECS says when a rollout fails, and the next thing to do; the first that fits is given. */
const advice: readonly [words: RegExp, next: string][] = [
  [
    /CannotPull(Container|Image)\w*.*(not found|manifest unknown)/i,
    "The image is gone from its registry: deploy an existing tag, or build this one again.",
  ],
  [
    /CannotPull(Container|Image)\w*.*(timeout|timed out|no route|connection refused|i\/o)/i,
    "The task cannot reach the registry: its subnets need NAT, VPC endpoints (ecr.api, ecr.dkr, s3) or a public IP, and its security group must allow outgoing traffic.",
  ],
  [
    /CannotPull(Container|Image)/i,
    "The registry refuses the task: its execution role needs ecr:GetAuthorizationToken, ecr:BatchGetImage and ecr:GetDownloadUrlForLayer there; `moorage verify` checks this.",
  ],
  [
    /unable to (pull|retrieve) secret|secretsmanager|ssm:GetParameter|parameter.* not found/i,
    "A secret or parameter of the service does not exist, or its execution role may not read it; `moorage verify` shows which.",
  ],
  [
    /ResourceInitializationError/i,
    "The task could not be set up: check that its subnets have outgoing access (NAT or endpoints), and check its execution role.",
  ],
  [
    /SpotInterruption|Fargate Spot took/i,
    `Fargate Spot took its capacity back; deploy again, or run the service on ${capacityKind.onDemand}.`,
  ],
  [
    /unable to place a task|capacity is unavailable|never left (PROVISIONING|PENDING)/i,
    `${capacityKind.name} has no room for the tasks, or they wait for their image: try again later, add subnets in other zones, or use ${capacityKind.onDemand} instead of ${capacityKind.spot}; \`moorage verify\` shows the vCPU quota.`,
  ],
  [
    /nothing listens on port/i,
    "The app must listen on the port that PORT names, on all interfaces, within its `gracePeriod`; a slow start needs a longer one (the local target never shortens it, whatever MOORAGE_LOCAL_SPEED says).",
  ],
  [
    /health checks?.*(timed out|timeout)/i,
    "The load balancer got no response: the tasks' security group must allow it on the traffic port, and the app must respond within the check's timeout.",
  ],
  [
    /container health checks?/i,
    "The command of the container's `healthcheck` failed or took too long: run it in the image, and give a slow start a longer `startPeriod`.",
  ],
  [
    /health check/i,
    "The app does not answer its health check as configured: check `health` in the configuration and the app's log above; a slow start needs a longer `gracePeriod`.",
  ],
  [
    /OutOfMemory|exit code 137/i,
    "The task ran out of memory, or ignored SIGTERM until it was killed: raise `memory`, or fix the leak.",
  ],
  [
    /exit code \d+|Essential container/i,
    "The app exited by itself: its last log lines are above, `moorage logs` has the rest. Fix it, then deploy again.",
  ],
];

/** The next thing to do about a failed rollout, by what ECS says of it. Source: ECS, "Stopped tasks error messages". */
export function adviceOn(reasons: readonly string[]): string {
  const said = advice.find(([words]) => reasons.some((reason) => words.test(reason)));
  return said?.[1] ?? "Fix what the reasons name, then deploy again.";
}
