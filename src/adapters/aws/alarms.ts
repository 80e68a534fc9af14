import type { AwsClients } from "./clients.js";
import { classify } from "./errors.js";
import { everyPage, inChunks } from "./pages.js";

/** Which of the named alarms are firing now. */
export async function firingAlarms(clients: AwsClients, names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return [];
  const { DescribeAlarmsCommand } = await import("@aws-sdk/client-cloudwatch");
  const cloudwatch = await clients.cloudwatch();
  try {
    const firing = await inChunks("DescribeAlarms", names, (AlarmNames) =>
      everyPage(
        (NextToken) => {
          const wanted = { AlarmNames, StateValue: "ALARM", MaxRecords: 100, NextToken } as const;
          return cloudwatch.send(new DescribeAlarmsCommand(wanted));
        },
        ({ MetricAlarms, NextToken }) => ({ items: MetricAlarms, next: NextToken }),
      ),
    );
    return firing.flatMap(({ AlarmName }) => AlarmName ?? []);
  } catch (error) {
    throw classify(error, "read the state of the alarms");
  }
}
