import { judgeCluster, judgeCredentials, judgeFreeze, judgeRoom } from "./account.js";
import { type Finding, find } from "./finding.js";
import { judgeImage, judgeRole, judgeSecret, judgeTargetGroup } from "./service.js";
import type { Subject } from "./subject.js";

/**
 * Everything that can be looked at before a deployment, all at once; nothing is changed. The findings come in the order
 * in which a person mends them: the account first, then each service.
 */
export function verify(subject: Subject): Promise<Finding[]> {
  const services = Object.keys(subject.config.services).flatMap((name) => serviceFindings(subject, name));
  return Promise.all([
    find("credentials", () => judgeCredentials(subject)),
    find("lock", () => judgeFreeze(subject)),
    find("foundation", async () => subject.foundationJudgement),
    find("cluster", () => judgeCluster(subject)),
    find("load balancer", () => judgeRoom(subject)),
    ...services,
  ]);
}

function serviceFindings(subject: Subject, name: string): Promise<Finding>[] {
  const secrets = Object.entries(subject.config.services[name]?.secrets ?? {});
  return [
    find(`${name}/image`, () => judgeImage(subject, name)),
    find(`${name}/execution role`, () => judgeRole(subject, name, "execution")),
    find(`${name}/task role`, () => judgeRole(subject, name, "task")),
    find(`${name}/target group`, () => judgeTargetGroup(subject, name)),
    ...secrets.map(([variable, arn]) => find(`${name}/secret ${variable}`, () => judgeSecret(subject, arn))),
  ];
}
