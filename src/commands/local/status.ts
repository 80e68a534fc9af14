import { defineCommand } from "../../core/command.js";
import { findLocal, type LocalStatus, tellsCallers } from "@moorage/local-aws";
import { alignedLines, shownCell } from "../../core/shown.js";

export const localStatus = defineCommand({
  name: "local status",
  describe: "Shows whether the local target is running, where it listens, and its services",
  async run(_args, invocation) {
    const local = await findLocal(invocation);
    if (local === undefined) {
      const value = { running: false, services: [], resources: [] };
      return { value, text: "The local target is not running. `moorage local start` starts it.\n" };
    }
    const status = await local.status();
    return { value: status, text: showLocal(status) };
  },
});

const open =
  "  Other users of this machine can reach the Pulumi provider: this system does not show whose processes connect.";

/** The status for people. `isFenced`: whether this system tells whose processes connect to the provider. */
export function showLocal(status: LocalStatus, isFenced: boolean = tellsCallers): string {
  const places = [
    `The local target is running (pid ${status.pid}).`,
    `  load balancer  ${status.url}`,
    `  registry       ${status.registry}`,
    `  AWS endpoint   ${status.endpoint}`,
    `  home           ${status.home}`,
    ...(isFenced ? [] : [open]),
  ];
  const rows = status.services.map(({ stack, service, running, desired, healthy, url }) => [
    ...[stack ?? "-", service].map(shownCell),
    `${running}/${desired} running, ${healthy} healthy`,
    shownCell(url),
  ]);
  const resources = alignedLines(
    status.resources.map(({ stack, type, id, unknown }) => [
      ...[stack ?? "-", type, id].map(shownCell),
      unknown.length === 0 ? "" : `unknown here: ${unknown.join(", ")}`,
    ]),
  ).map((line) => `  ${line}`);
  const names = [...status.names, ...status.unplayed.map((line) => `not rehearsed: ${line}`)].map(
    (line) => `  ${shownCell(line)}`,
  );
  const services = alignedLines(rows).map((line) => `  ${line}`);
  return [
    ...places,
    ...(services.length > 0 ? ["Services:", ...services] : []),
    ...(resources.length > 0 ? ["Other resources:", ...resources] : []),
    ...names,
    "",
  ].join("\n");
}
