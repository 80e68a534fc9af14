import type { AwsService } from "../../cloud.js";
import type { Credentials } from "../../home/credentials.js";
import type { Registry } from "../../registry/registry.js";
import type { Store } from "../../store.js";
import { imageOperations } from "./image-operations.js";
import { pushOperations } from "./push-operations.js";
import { repositoryOperations } from "./repository-operations.js";
import { RepositoryRows } from "./rows.js";
import { settingOperations } from "./setting-operations.js";

export interface EcrOptions {
  store: Store;
  /** Where the images are. */
  registry: Pick<Registry, "storage">;
  /** `http://127.0.0.1:PORT`, where the registry listens: what Docker is told to log in to. */
  endpoint: () => string;
  /** Its password and links. */
  credentials: Credentials;
  /** Milliseconds since the epoch. */
  now?: () => number;
}

/** ECR's API over the local registry: what is pushed there is described here, and the other way round. */
export function createEcr({ store, registry, now = Date.now, ...options }: EcrOptions): AwsService {
  const context = { rows: new RepositoryRows(store), storage: registry.storage, now, ...options };
  return {
    operations: {
      ...repositoryOperations(context),
      ...settingOperations(context),
      ...imageOperations(context),
      ...pushOperations(context),
    },
  };
}
