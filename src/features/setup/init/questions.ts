import type { z } from "zod";
import { githubShape, region } from "../../../core/project/github-schema.js";
import { configShape } from "../../../core/project/schema.js";
import { hostName, registryHost, textMatching } from "../../../core/project/values.js";

/** What has one value: each is an option of `init`, and a question at a terminal. */
export type QuestionName =
  | "app"
  | "repository"
  | "registry"
  | "region"
  | "domain"
  | "zone"
  | "port"
  | "health";

export interface Question {
  name: QuestionName;
  /** As it is asked; a default is shown behind it. */
  ask: string;
  schema: z.ZodType<unknown>;
  /** Whether no answer is one too. */
  optional?: true;
}

const port = textMatching(/^[1-9][0-9]{0,4}$/, "a port: 1 to 65535").refine(
  (value) => Number(value) <= 65_535,
  {
    error: "must be a port: 1 to 65535",
  },
);
const zone = textMatching(/^Z[A-Z0-9]{3,31}$/, "a hosted zone's id, such as Z0123456789ABCDEFGHIJ");
const path = textMatching(/^\/[^\s#]*$/, "a path such as /health: a slash first, no spaces");

/** In the order in which they are asked: later defaults follow from earlier answers. */
export const questions: readonly Question[] = [
  { name: "app", ask: "The app's name, first part of every name on AWS", schema: configShape.app },
  { name: "repository", ask: "Its GitHub repository, with the owner", schema: githubShape.repository },
  { name: "registry", ask: "The registry for its images", schema: registryHost },
  { name: "region", ask: "The AWS region", schema: region },
  { name: "domain", ask: "The domain; hosts are below <environment>.<domain>", schema: hostName },
  { name: "zone", ask: "Route 53's zone of the domain, where there is one", schema: zone, optional: true },
  { name: "port", ask: "The port that the app listens on", schema: port },
  { name: "health", ask: "The path of the health check", schema: path },
];

/** What is wrong with an answer; undefined when nothing is. */
export function mistakeIn({ schema }: Question, answer: string): string | undefined {
  const parsed = schema.safeParse(answer);
  return parsed.success ? undefined : parsed.error.issues[0]?.message;
}
