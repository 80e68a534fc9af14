import type { Container, Service, Task } from "@aws-sdk/client-ecs";

/** The container that the load balancer sends requests to: ECS tells a task's containers in no order, sidecars among them. */
export function appContainer(
  { containers = [] }: Pick<Task, "containers">,
  service: Pick<Service, "loadBalancers"> | undefined,
): Container | undefined {
  const wanted = service?.loadBalancers?.[0]?.containerName;
  return containers.find(({ name }) => name === wanted) ?? containers[0];
}
