import colours from "picocolors";
import type { BuildResult, BuiltService } from "./build.js";

/** A build's result for people. */
export function describeBuild({ tag, services }: BuildResult): string {
  const lines = services.map(
    (service) => `  ${service.name}  ${service.digest ?? service.image}  ${what(service)}`,
  );
  return `${[colours.bold(tag), ...lines].join("\n")}\n`;
}

function what({ built, pushed }: BuiltService): string {
  const done = [...(built ? ["built"] : []), ...(pushed ? ["pushed"] : [])];
  return done.join(" and ") || "was there";
}
