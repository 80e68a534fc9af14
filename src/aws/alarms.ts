import type { AwsClients } from "./clients.js";
import { classify } from "./errors.js";

/** Which of the named alarms are firing now. Source: DescribeAlarms, at most 100 names a call. */
export async function firingAlarms(clients: AwsClients, names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return [];
  const { DescribeAlarmsCommand } = await import("@aws-sdk/client-cloudwatch");
  const cloudwatch = await clients.cloudwatch();
  const firing: string[] = [];
  try {
    for (let first = 0; first < names.length; first += 100) {
      const AlarmNames = names.slice(first, first + 100);
      const command = new DescribeAlarmsCommand({ AlarmNames, StateValue: "ALARM", MaxRecords: 100 });
      const { MetricAlarms } = await cloudwatch.send(command);
      firing.push(...(MetricAlarms ?? []).flatMap(({ AlarmName }) => AlarmName ?? []));
    }
  } catch (error) {
    throw classify(error, "read the state of the alarms");
  }
  return firing;
}
