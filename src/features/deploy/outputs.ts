import { z } from "zod";
import { MoorageError } from "../../core/errors.js";

const service = z.object({
  name: z.string(),
  arn: z.string(),
  serviceName: z.string(),
  taskDefinition: z.string(),
  image: z.string(),
  /** Undefined for a service that no load balancer leads to. */
  targetGroup: z.string().optional(),
  /** Of further listeners. */
  furtherGroups: z.array(z.string()).optional(),
  /** Where a network load balancer listens for it. */
  network: z.object({ host: z.string(), port: z.number(), internal: z.boolean() }).optional(),
  logGroup: z.string(),
});

const job = z.object({
  name: z.string(),
  family: z.string(),
  taskDefinition: z.string(),
  logGroup: z.string(),
  securityGroup: z.string(),
  securityGroups: z.array(z.string()).optional(),
});

const schema = z.object({
  /** Null where no service takes requests. */
  url: z.string().nullable(),
  urls: z.record(z.string(), z.string()),
  clusterArn: z.string(),
  services: z.array(service),
  jobs: z.array(job).optional(),
  /** What references were found to be, by their names. */
  references: z.record(z.string(), z.string()).optional(),
});

/** What the stack programs export and the driver reads. */
export type StackOutputs = z.infer<typeof schema>;

export type ServiceOutput = z.infer<typeof service>;

/** Raises `outputs-invalid` when a program exports something else. */
export function parseOutputs(outputs: Record<string, unknown>): StackOutputs {
  const parsed = schema.safeParse(outputs);
  if (parsed.success) return parsed.data;
  throw new MoorageError({
    code: "outputs-invalid",
    message: `The stack's program does not export what Moorage reads: ${z.prettifyError(parsed.error)}`,
    hint: "Keep the outputs url, urls, clusterArn and services of stacks/environment.ts.",
  });
}

/** By service; undefined where all services are at one host: the stack's URL says where. */
export function urlsApart({
  url = null,
  urls = {},
}: Partial<Pick<StackOutputs, "url" | "urls">>): Record<string, string> | undefined {
  const root = url === null ? undefined : new URL(url).host;
  return Object.values(urls).every((one) => new URL(one).host === root) ? undefined : urls;
}
