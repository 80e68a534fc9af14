import { githubTypes } from "../services/github/types/github.js";
import { services } from "../services/index.js";
import type { ResourceType } from "./resource.js";

const ofServices = Object.values(services).flatMap(({ types }) => types);

/** Every type of the local target, by token: AWS's, and GitHub's. */
export const resourceTypes: ReadonlyMap<string, ResourceType> = new Map(
  [...ofServices, ...githubTypes].flatMap((type) => type.tokens.map((token) => [token, type] as const)),
);
