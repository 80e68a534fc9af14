import type { PlaceName } from "./places.js";

/** Places of a stack's own beside its services: whoever deploys has a policy of its own for them. */
export const besidePlaces: readonly PlaceName[] = [
  "alarm",
  "boundary",
  "exports",
  "eventRule",
  "execution",
  "logGroup",
  "newNamespace",
  "ownNamespace",
  "parameter",
  "repository",
  "requestedVersion",
  "scalingAlarm",
  "schedule",
  "scheduleGroup",
  "secret",
  "stateKey",
  "stateMachine",
  "stateOwn",
  "stateRead",
  "version",
];

/** Places that are the same for every stack of a foundation. */
export const sharedPlaces: readonly PlaceName[] = [
  "anyAlarm",
  "anywhere",
  "cluster",
  "clusterTasks",
  "queue",
  "scaling",
  "scalingRole",
  "scalingTags",
  "source",
  "stateBucket",
  "stateObjects",
  "stateShared",
  "task",
  "userPool",
  "vpc",
];
