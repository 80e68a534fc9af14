import { expect, it } from "vitest";
import { appContainer } from "../../../src/adapters/aws/app-container.js";

const containers = [{ name: "agent" }, { name: "mail-out" }, { name: "web" }];

it.each([
  ["the load balancer's", { serviceName: "x", loadBalancers: [{ containerName: "web" }] }, "web"],
  ["the one with the service's name", { serviceName: "hello-mail_out-dev", loadBalancers: [] }, "mail-out"],
  ["of a preview too", { serviceName: "hello-web-pr-42" }, "web"],
  ["the first, where nothing tells", { serviceName: "other" }, "agent"],
])("F43: of a task's containers, in no order, the app's is %s", (_title, service, name) => {
  expect(appContainer({ containers }, service)?.name).toBe(name);
});
