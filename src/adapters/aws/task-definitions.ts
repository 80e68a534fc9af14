import type { AwsClients } from "./clients.js";
import { isOwn, type StackOwner, tagsOf, type Tags } from "./lookup/finding.js";
import { classify } from "./errors.js";
import { everyPage, inChunks } from "./pages.js";

/** ARNs of a family's revisions that can be run. */
export function activeRevisions(clients: AwsClients, family: string): Promise<string[]> {
  return listRevisions(clients, family, "ACTIVE");
}

export async function deregister(clients: AwsClients, taskDefinition: string): Promise<void> {
  const { DeregisterTaskDefinitionCommand } = await import("@aws-sdk/client-ecs");
  try {
    await (await clients.ecs()).send(new DeregisterTaskDefinitionCommand({ taskDefinition }));
  } catch (error) {
    throw classify(error, `deregister ${taskDefinition}`);
  }
}

async function listRevisions(
  clients: AwsClients,
  family: string,
  status: "ACTIVE" | "INACTIVE",
): Promise<string[]> {
  const { ListTaskDefinitionsCommand } = await import("@aws-sdk/client-ecs");
  try {
    const ecs = await clients.ecs();
    return await everyPage(
      (nextToken) => ecs.send(new ListTaskDefinitionsCommand({ familyPrefix: family, status, nextToken })),
      ({ taskDefinitionArns, nextToken }) => ({ items: taskDefinitionArns, next: nextToken }),
    );
  } catch (error) {
    throw classify(error, `list the task definitions of ${family}`);
  }
}

/** Names of families that have a revision, and begin like this. */
export async function families(clients: AwsClients, familyPrefix: string): Promise<string[]> {
  const { ListTaskDefinitionFamiliesCommand } = await import("@aws-sdk/client-ecs");
  try {
    const ecs = await clients.ecs();
    return await everyPage(
      (nextToken) =>
        ecs.send(new ListTaskDefinitionFamiliesCommand({ familyPrefix, status: "ALL", nextToken })),
      (page) => ({ items: page.families, next: page.nextToken }),
    );
  } catch (error) {
    throw classify(error, `list the families of task definitions that begin with ${familyPrefix}`);
  }
}

/**
 * Deregisters and deletes every revision of a family. The engine leaves revisions alone (`skipDestroy`), because a
 * rollback needs them; a stack that is destroyed needs none. Returns how many there were.
 */
export async function removeFamily(clients: AwsClients, family: string, owner: StackOwner): Promise<number> {
  const ecs = await clients.ecs();
  const { DeleteTaskDefinitionsCommand } = await import("@aws-sdk/client-ecs");
  const own = async (status: "ACTIVE" | "INACTIVE") => {
    const found: string[] = [];
    for (const arn of await listRevisions(clients, family, status)) {
      if (isOwn(await tagsOfRevision(clients, arn), owner)) found.push(arn);
    }
    return found;
  };
  try {
    const inactive = await own("INACTIVE");
    const active = await own("ACTIVE");
    for (const arn of active) await deregister(clients, arn);
    await inChunks("DeleteTaskDefinitions", [...active, ...inactive], async (taskDefinitions) => {
      return (await ecs.send(new DeleteTaskDefinitionsCommand({ taskDefinitions }))).taskDefinitions;
    });
    return active.length + inactive.length;
  } catch (error) {
    throw classify(error, `remove the task definitions of ${family}`);
  }
}

async function tagsOfRevision(clients: AwsClients, taskDefinition: string): Promise<Tags> {
  const { DescribeTaskDefinitionCommand } = await import("@aws-sdk/client-ecs");
  const ecs = await clients.ecs();
  const answer = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition, include: ["TAGS"] }));
  return tagsOf(answer.tags);
}

/** What a revision says of the image that it runs. */
export interface RevisionImage {
  /** Undefined where the image is named by a tag. */
  digest: string | undefined;
  /** The version that its tasks are told (`MOORAGE_IMAGE_TAG`); undefined in revisions that are not ours. */
  tag: string | undefined;
}

/** By container. The service's own bears its name; where none does, the first is it. */
export async function imagesOfRevision(
  clients: AwsClients,
  taskDefinition: string,
  service: string,
): Promise<Record<string, RevisionImage>> {
  const { DescribeTaskDefinitionCommand } = await import("@aws-sdk/client-ecs");
  try {
    const answer = await (await clients.ecs()).send(new DescribeTaskDefinitionCommand({ taskDefinition }));
    const containers = answer.taskDefinition?.containerDefinitions ?? [];
    const own = containers.find(({ name }) => name === service) ?? containers[0];
    return Object.fromEntries(
      containers.map((container) => [
        container === own ? service : (container.name ?? ""),
        {
          digest: container.image?.split("@")[1],
          tag: container.environment?.find(({ name }) => name === "MOORAGE_IMAGE_TAG")?.value,
        },
      ]),
    );
  } catch (error) {
    throw classify(error, `describe ${taskDefinition}`);
  }
}
