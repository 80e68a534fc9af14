import { createHash } from "node:crypto";
import { arn } from "../cloud.js";
import type { Properties } from "../provider/values.js";
import type { RecordedType } from "./recorded.js";

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** The form that `pulumi import` takes; a name alone is unique only within what it scales. */
function scalingId(inputs: Properties): string {
  return [inputs["serviceNamespace"], inputs["resourceId"], inputs["scalableDimension"]].map(text).join("/");
}

const scalingPlace = ["resourceId", "scalableDimension", "serviceNamespace"];

const target: RecordedType = {
  token: "aws:appautoscaling/target:Target",
  replaces: scalingPlace,
  id: scalingId,
  outputs: (inputs, _id, site) => ({
    arn: arn("application-autoscaling", site, `scalable-target/${shortHash(text(inputs["resourceId"]))}`),
    roleArn: `arn:aws:iam::${site.account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`,
  }),
  overwrites: true,
};

const scalingPolicy: RecordedType = {
  token: "aws:appautoscaling/policy:Policy",
  autoname: "name",
  replaces: ["name", ...scalingPlace],
  id: (inputs) => `${scalingId(inputs)}/${text(inputs["name"])}`,
  outputs: (inputs, _id, site) => ({
    arn: arn(
      "autoscaling",
      site,
      `scalingPolicy:${shortHash(text(inputs["resourceId"]))}:resource/ecs/${text(inputs["resourceId"])}:policyName/${text(inputs["name"])}`,
    ),
    alarmArns: [],
  }),
  overwrites: true,
  parents: [
    {
      type: "appautoscaling/target",
      property: "resourceId",
      by: "resourceId",
      code: "ObjectNotFoundException",
      message: (id) => `No scalable target registered for service namespace: ecs, resource ID: ${id}`,
    },
  ],
};

const metricAlarm: RecordedType = {
  token: "aws:cloudwatch/metricAlarm:MetricAlarm",
  autoname: "name",
  replaces: ["name"],
  id: (inputs) => text(inputs["name"]),
  outputs: (inputs, _id, site) => ({
    arn: arn("cloudwatch", site, `alarm:${text(inputs["name"])}`),
    actionsEnabled: true,
    treatMissingData: "missing",
  }),
  overwrites: true,
};

function shortHash(value: string): string {
  return createHash("sha256").update(value).digest("hex").slice(0, 34);
}

export const operationsTypes = [target, scalingPolicy, metricAlarm];
