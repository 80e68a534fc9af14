import { arn } from "../../../cloud.js";
import type { Properties } from "../../../provider/values.js";
import type { RecordedType } from "../../../resources/recorded.js";
import type { Failure } from "../../../resources/resource.js";
import { list, text } from "../../../resources/convert.js";

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
  check: checkAlarm,
};

/** Source: PutMetricAlarm. */
function checkAlarm(inputs: Properties): Failure[] {
  const failures: Failure[] = [];
  const fail = (property: string, reason: string) => void failures.push({ property, reason });
  const { name, alarmDescription, period, evaluationPeriods, datapointsToAlarm } = inputs;
  if (text(name).length > 255) fail("name", "an alarm's name has 1 to 255 characters");
  if (text(alarmDescription).length > 1024) fail("alarmDescription", "has at most 1024 characters");
  for (const property of ["alarmActions", "okActions", "insufficientDataActions"]) {
    if (list(inputs[property]).length > 5) fail(property, "an alarm has at most 5 actions for a state");
  }
  if (typeof period === "number" && ![10, 20, 30].includes(period) && (period < 60 || period % 60 !== 0)) {
    fail("period", `must be 10, 20, 30 or a multiple of 60, got ${period}`);
  }
  if (typeof datapointsToAlarm === "number" && datapointsToAlarm > Number(evaluationPeriods)) {
    fail("datapointsToAlarm", "must be at most the number of evaluation periods");
  }
  return failures;
}

export const operationsTypes = [metricAlarm];
