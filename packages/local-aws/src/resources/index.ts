import { scalingTypes } from "./autoscaling.js";
import { certificateTypes } from "./certificates.js";
import { cluster, clusterCapacityProviders } from "./cluster.js";
import { ec2Types } from "./ec2.js";
import { iamTypes } from "./iam.js";
import { githubTypes } from "./github.js";
import { listenerRule } from "./listener-rule.js";
import { listener } from "./listener.js";
import { loadBalancer } from "./load-balancer.js";
import { logGroup } from "./log-group.js";
import { operationsTypes } from "./operations.js";
import { parameter } from "./parameter.js";
import { recorded } from "./recorded.js";
import { repositorySettings } from "./repository-settings.js";
import { repository } from "./repository.js";
import type { ResourceType } from "./resource.js";
import { secret, secretVersion } from "./secret.js";
import { service } from "./service.js";
import { storageTypes } from "./storage.js";
import { targetGroup } from "./target-group.js";
import { taskDefinition } from "./task-definition.js";

const live = [
  cluster,
  clusterCapacityProviders,
  listener,
  listenerRule,
  loadBalancer,
  logGroup,
  parameter,
  repository,
  secret,
  secretVersion,
  service,
  targetGroup,
  taskDefinition,
];

const written = [
  ...certificateTypes,
  ...ec2Types,
  ...iamTypes,
  ...operationsTypes,
  ...repositorySettings,
  ...storageTypes,
].map(recorded);

/** Every type of the local target, by token. */
export const resourceTypes: ReadonlyMap<string, ResourceType> = new Map(
  [...live, ...written, ...githubTypes, ...scalingTypes].flatMap((type) =>
    type.tokens.map((token) => [token, type] as const),
  ),
);
