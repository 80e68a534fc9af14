import { scalingTypes } from "../services/autoscaling/types/autoscaling.js";
import { certificateTypes } from "../services/acm/types/certificates.js";
import { cluster, clusterCapacityProviders } from "../services/ecs/types/cluster.js";
import { ec2Types } from "../services/ec2/types/ec2.js";
import { iamTypes } from "../services/iam/types/iam.js";
import { githubTypes } from "../services/github/types/github.js";
import { listenerRule } from "../services/elbv2/types/listener-rule.js";
import { listener } from "../services/elbv2/types/listener.js";
import { loadBalancer } from "../services/elbv2/types/load-balancer.js";
import { logGroup } from "../services/logs/types/log-group.js";
import { operationsTypes } from "../services/cloudwatch/types/operations.js";
import { parameter } from "../services/ssm/types/parameter.js";
import { recorded } from "./recorded.js";
import { repositorySettings } from "../services/ecr/types/repository-settings.js";
import { repository } from "../services/ecr/types/repository.js";
import type { ResourceType } from "./resource.js";
import { secret, secretVersion } from "../services/secretsmanager/types/secret.js";
import { service } from "../services/ecs/types/service.js";
import { storageTypes } from "../services/s3/types/storage.js";
import { targetGroup } from "../services/elbv2/types/target-group.js";
import { taskDefinition } from "../services/ecs/types/task-definition.js";

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
