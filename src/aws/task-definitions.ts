import type { AwsClients } from "./clients.js";
import { classify } from "./errors.js";

/**
 * Deregisters and deletes every revision of a family. The engine leaves revisions alone (`skipDestroy`), because a
 * rollback needs them; a stack that is destroyed needs none. Source: DeleteTaskDefinitions, at most 10 a call.
 */
export async function removeFamily(clients: AwsClients, family: string): Promise<void> {
  const ecs = await clients.ecs();
  const { paginateListTaskDefinitions, DeregisterTaskDefinitionCommand, DeleteTaskDefinitionsCommand } =
    await import("@aws-sdk/client-ecs");
  const list = async (status: "ACTIVE" | "INACTIVE") => {
    const arns: string[] = [];
    for await (const page of paginateListTaskDefinitions({ client: ecs }, { familyPrefix: family, status })) {
      arns.push(...(page.taskDefinitionArns ?? []));
    }
    return arns;
  };
  try {
    for (const taskDefinition of await list("ACTIVE")) {
      await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition }));
    }
    const inactive = await list("INACTIVE");
    for (let first = 0; first < inactive.length; first += 10) {
      await ecs.send(
        new DeleteTaskDefinitionsCommand({ taskDefinitions: inactive.slice(first, first + 10) }),
      );
    }
  } catch (error) {
    throw classify(error, `remove the task definitions of ${family}`);
  }
}
