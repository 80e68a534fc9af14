import { CreateLogGroupCommand, DeleteLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DeleteRuleCommand, DeleteTargetGroupCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { findLeftovers, type StackTraces } from "../../../../src/adapters/aws/leftovers.js";
import { lookupOn } from "../../../../src/adapters/aws/lookup.js";
import type { LookupFinding, Lookup } from "../../../../src/adapters/engine/engine.js";
import { eventually } from "../../../../test/harness/eventually.js";
import type { Question } from "./question.js";
import { fresh, rule, type Stage, tags, targetGroup } from "./stage.js";
import { Subject } from "./subject.js";

function traces({ foundation }: Stage, changes: Partial<StackTraces> = {}): StackTraces {
  return {
    project: tags["moorage:project"],
    stack: tags["moorage:stack"],
    cluster: foundation.cluster,
    listener: foundation.listener,
    host: "pr-42.localhost",
    serviceNames: ["absent"],
    roleNames: ["absent"],
    logGroupNames: ["/ecs/pr-42/absent"],
    ...changes,
  };
}

const kinds = (found: string[]) =>
  found.map(
    (one) =>
      /^(ECS service|task|listener rule|target group|log group|IAM role|security group)/.exec(one)?.[1],
  );

/** Looks as a run of the stage's own stack does. */
function found(lookup: Lookup) {
  const urn = `urn:pulumi:${tags["moorage:stack"]}::${tags["moorage:project"]}::x::y`;
  return (type: string, inputs: Record<string, unknown>) =>
    lookup({ urn, type, name: "y", inputs, outputs: {} }, new Set());
}

function idOf(finding: LookupFinding): string {
  return finding.is === "ours" ? finding.id : finding.is;
}

export const leftovers: Question[] = [
  {
    name: "F13: findLeftovers: a stack that never was",
    ask: (stage) => findLeftovers(stage.clients, traces(stage, { stack: "pr-41" })),
    answer: [],
  },
  {
    name: "F13: findLeftovers: all that a stack can leave, and when it is gone",
    async ask(stage) {
      const [elbv2, logs] = [await stage.clients.elbv2(), await stage.clients.logs()];
      const TargetGroupArn = await targetGroup(stage, `${fresh("web")}-pr-42`);
      const RuleArn = await rule(stage, "pr-42.localhost", TargetGroupArn, 44);
      const [roleName, logGroupName] = [fresh("role"), "/ecs/pr-42/web"];
      const removals = [await stage.createRole(roleName), await stage.createSecurityGroup(fresh("group"))];
      await logs.send(new CreateLogGroupCommand({ logGroupName, tags }));
      const subject = await new Subject(stage).create();
      await subject.settled();
      const of = traces(stage, {
        serviceNames: [subject.name],
        roleNames: [roleName],
        logGroupNames: [logGroupName],
      });
      const before = kinds(await findLeftovers(stage.clients, of));
      await subject.delete();
      await elbv2.send(new DeleteRuleCommand({ RuleArn }));
      await elbv2.send(new DeleteTargetGroupCommand({ TargetGroupArn }));
      await logs.send(new DeleteLogGroupCommand({ logGroupName }));
      for (const remove of removals) await remove();
      const after = await eventually("nothing is left", async () => {
        const found = await findLeftovers(stage.clients, of);
        return found.length === 0 && found;
      });
      return { before, after };
    },
    answer: {
      before: [
        "ECS service",
        "task",
        "listener rule",
        "target group",
        "log group",
        "IAM role",
        "security group",
      ],
      after: [],
    },
  },
  {
    name: "F7: lookupOn: a target group, its rule and a security group that a killed run made",
    async ask(stage) {
      const lookup = lookupOn(stage.clients);
      const find = found(lookup);
      const [groupName, securityGroupName] = [fresh("lost"), fresh("lost-group")];
      const group = await targetGroup(stage, groupName);
      const ruleArn = await rule(stage, "lost.localhost", group, 45);
      await stage.createSecurityGroup(securityGroupName);
      const ofRule = { listenerArn: stage.foundation.listener, actions: [{ targetGroupArn: group }] };
      const { vpc: vpcId } = stage.foundation;
      const securityGroup = await find("aws:ec2/securityGroup:SecurityGroup", {
        name: securityGroupName,
        vpcId,
      });
      return {
        targetGroup: idOf(await find("aws:lb/targetGroup:TargetGroup", { name: groupName })) === group,
        rule: idOf(await find("aws:lb/listenerRule:ListenerRule", ofRule)) === ruleArn,
        securityGroup: idOf(securityGroup).slice(0, 3),
      };
    },
    answer: { targetGroup: true, rule: true, securityGroup: "sg-" },
  },
  {
    name: "F7: lookupOn: what was never made",
    async ask(stage) {
      const lookup = lookupOn(stage.clients);
      const find = found(lookup);
      const { vpc: vpcId, listener: listenerArn } = stage.foundation;
      return [
        await find("aws:lb/targetGroup:TargetGroup", { name: "absent" }),
        await find("aws:lb/listenerRule:ListenerRule", {
          listenerArn,
          actions: [{ targetGroupArn: "absent" }],
        }),
        await find("aws:ec2/securityGroup:SecurityGroup", { name: "absent", vpcId }),
      ];
    },
    answer: [{ is: "absent" }, { is: "absent" }, { is: "absent" }],
  },
];
