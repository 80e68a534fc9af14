import type { ResourceType } from "../../resources/resource.js";
import type { Emulator, EmulatorCall } from "../emulator.js";
import type { EmulatedService } from "../endpoints.js";
import { bucketResources } from "./bucket.js";
import { queue, queuePolicy } from "./queue.js";
import { table } from "./table.js";
import { subscription, topic } from "./topic.js";

/**
 * The resource types of a service that are in an emulator. Those of SSM and Secrets Manager are the local target's own, whose
 * calls go to the emulator.
 */
export function emulatedTypes(service: EmulatedService, emulator: Emulator): ResourceType[] {
  const call: EmulatorCall = (...given) => emulator.call(...given);
  switch (service) {
    case "sqs":
      return [queue(call), queuePolicy(call)];
    case "sns":
      return [topic(call), subscription(call)];
    case "s3":
      return bucketResources(emulator);
    case "dynamodb":
      return [table(call)];
    case "secretsmanager":
    case "ssm":
      return [];
  }
}
