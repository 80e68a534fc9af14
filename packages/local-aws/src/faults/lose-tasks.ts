import type { Cloud, Site } from "../cloud.js";
import type { Ecs } from "../services/ecs/ecs.js";
import type { Fault } from "./faults.js";

/** Does what a `lose-task` fault asks for: ends as many running tasks (one unless said otherwise) of a service, or of any. */
export function loseTasks(
  ecs: Pick<Ecs, "lose">,
  cloud: Cloud,
  sites: () => readonly Site[],
): (fault: Fault) => void {
  return (fault) => {
    if (fault.kind === "lose-task") void lose(fault, ecs, cloud, sites());
  };
}

async function lose(
  { service, count = 1 }: Extract<Fault, { kind: "lose-task" }>,
  ecs: Pick<Ecs, "lose">,
  cloud: Cloud,
  sites: readonly Site[],
): Promise<void> {
  let left = count;
  for (const site of sites) {
    for (const task of await runningTasks(cloud, site, service)) {
      if (left > 0 && ecs.lose(task)) left--;
    }
  }
}

async function runningTasks(cloud: Cloud, site: Site, serviceName: string | undefined): Promise<string[]> {
  const { clusterArns } = await cloud.call<{ clusterArns: string[] }>("ecs", "ListClusters", {}, site);
  const answers = await Promise.all(
    clusterArns.map((cluster) =>
      cloud
        .call<{ taskArns: string[] }>(
          "ecs",
          "ListTasks",
          { cluster, serviceName, desiredStatus: "RUNNING" },
          site,
        )
        .catch(() => ({ taskArns: [] })),
    ),
  );
  return answers.flatMap(({ taskArns }) => taskArns);
}
