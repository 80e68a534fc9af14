import {
  CreateTargetGroupCommand,
  DeleteRuleCommand,
  DeleteTargetGroupCommand,
  DescribeAccountLimitsCommand,
  DescribeListenersCommand,
  DescribeTargetGroupsCommand,
  RegisterTargetsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { listenerRules, readTargetHealth } from "../../../../src/adapters/aws/balancer.js";
import { eventually } from "../../../../test/harness/eventually.js";
import type { Question } from "./question.js";
import { fresh, refusal, refusalInFull, rule, type Stage, targetGroup } from "./stage.js";
import { Subject } from "./subject.js";

/** A target group of another name, which nothing uses. */
const unused = (stage: Stage) => targetGroup(stage, fresh("group"));

export const balancer: Question[] = [
  {
    name: "listenerRules: numbered rules with hosts, paths and target groups, without the default",
    async ask(stage) {
      const host = `${fresh("pr-")}.localhost`;
      const group = await unused(stage);
      const arn = await rule(stage, host, group, 41);
      const rules = await listenerRules(stage.clients, stage.foundation.listener);
      const ours = rules.filter(({ RuleArn }) => RuleArn === arn);
      return {
        isDefaultGiven: rules.some(({ Priority }) => Priority === "default"),
        ours: ours.map(({ Priority, IsDefault, Conditions, Actions }) => ({
          Priority,
          IsDefault,
          hosts: Conditions?.find(({ Field }) => Field === "host-header")?.HostHeaderConfig?.Values?.length,
          isOurHost: Conditions?.some(({ HostHeaderConfig }) => HostHeaderConfig?.Values?.includes(host)),
          paths: Conditions?.find(({ Field }) => Field === "path-pattern")?.PathPatternConfig?.Values,
          forwards: Actions?.map(({ Type, TargetGroupArn }) => [Type, TargetGroupArn === group]),
        })),
      };
    },
    answer: {
      isDefaultGiven: false,
      ours: [
        {
          Priority: "41",
          IsDefault: false,
          hosts: 1,
          isOurHost: true,
          paths: ["/*"],
          forwards: [["forward", true]],
        },
      ],
    },
  },
  {
    name: "F17: DescribeAccountLimits: the two that previews fill",
    async ask({ clients }) {
      const asked = (await clients.elbv2()).send(new DescribeAccountLimitsCommand({}));
      const answer = await asked.catch((error: Error) => error.name);
      if (typeof answer === "string") return answer;
      const max = (name: string) => answer.Limits?.find(({ Name }) => Name === name)?.Max;
      return [max("rules-per-application-load-balancer"), max("target-groups-per-application-load-balancer")];
    },
    answer: ["100", "100"],
  },
  {
    name: "DescribeListeners: of a load balancer",
    async ask({ clients, foundation: { listener } }) {
      const LoadBalancerArn = listener.replace(":listener/", ":loadbalancer/").replace(/\/[^/]+$/, "");
      const asked = new DescribeListenersCommand({ LoadBalancerArn });
      const { Listeners } = await (await clients.elbv2()).send(asked);
      return Listeners?.map(({ ListenerArn, Protocol }) => [ListenerArn === listener, Protocol]);
    },
    answer: [[true, "HTTP"]],
  },
  {
    name: "F16: CreateRule: a priority that is taken",
    async ask(stage) {
      const group = await unused(stage);
      await rule(stage, "one.localhost", group, 42);
      return refusalInFull(rule(stage, "two.localhost", group, 42));
    },
    answer: { code: "PriorityInUseException", message: "Priority '42' is currently in use" },
  },
  {
    name: "targetHealth: a group without targets",
    ask: async (stage) => readTargetHealth(stage.clients, await unused(stage)),
    answer: [],
  },
  {
    name: "targetHealth: targets of a group that no rule uses",
    async ask(stage) {
      const TargetGroupArn = await unused(stage);
      const Targets = [{ Id: "10.0.0.10", Port: 8080 }];
      await (await stage.clients.elbv2()).send(new RegisterTargetsCommand({ TargetGroupArn, Targets }));
      return readTargetHealth(stage.clients, TargetGroupArn);
    },
    answer: [
      {
        id: "10.0.0.10",
        port: 8080,
        state: "unused",
        reason: "Target group is not configured to receive traffic from the load balancer",
      },
    ],
  },
  {
    name: "targetHealth: the task of a service",
    async ask(stage) {
      const subject = await new Subject(stage).create();
      await subject.settled();
      const facts = await readTargetHealth(stage.clients, subject.targetGroup);
      return facts.map(({ state, reason }) => ({ state, reason }));
    },
    answer: [{ state: "healthy", reason: undefined }],
  },
  {
    name: "DescribeTargetHealth: a group that is not there",
    ask: async (stage) => {
      const arn = (await unused(stage)).replace(/[^/]+\/[^/]+$/, "absent/0123456789abcdef");
      const failure = await readTargetHealth(stage.clients, arn).catch(
        (error: unknown) => (error as Error).cause,
      );
      return failure instanceof Error ? failure.name : failure;
    },
    answer: "TargetGroupNotFoundException",
  },
  {
    name: "DescribeTargetGroups: a name that is not there",
    ask: async ({ clients }) =>
      refusal((await clients.elbv2()).send(new DescribeTargetGroupsCommand({ Names: ["absent"] }))),
    answer: "TargetGroupNotFoundException",
  },
  {
    name: "F18: DeleteTargetGroup: one that a rule uses, and when the rule is gone",
    async ask(stage) {
      const elbv2 = await stage.clients.elbv2();
      const TargetGroupArn = await unused(stage);
      const RuleArn = await rule(stage, "in-use.localhost", TargetGroupArn, 43);
      const remove = () => refusal(elbv2.send(new DeleteTargetGroupCommand({ TargetGroupArn })));
      const before = await remove();
      await elbv2.send(new DeleteRuleCommand({ RuleArn }));
      return [before, await eventually("it can be deleted", remove)];
    },
    answer: ["ResourceInUseException", "no error"],
  },
  {
    name: "CreateTargetGroup: a name of 33 characters",
    ask: (stage) => refusal(targetGroup(stage, "a".repeat(33))),
    answer: "ValidationError",
  },
  {
    name: "CreateTargetGroup: the name of another with other settings",
    async ask(stage) {
      const name = fresh("group");
      await targetGroup(stage, name);
      const other = { Name: name, Protocol: "HTTP", Port: 9090, TargetType: "ip" } as const;
      const input = { ...other, VpcId: stage.foundation.vpc };
      return refusal((await stage.clients.elbv2()).send(new CreateTargetGroupCommand(input)));
    },
    answer: "DuplicateTargetGroupNameException",
  },
];
