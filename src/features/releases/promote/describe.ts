import colours from "picocolors";
import type { PromoteResult } from "./promote.js";

/** A promotion's result for people. */
export function describePromotion({ from, to, tag, as, services }: PromoteResult): string {
  const lines = [
    `${colours.bold(as)} is ${tag} of ${from}, in the registry of ${to}`,
    ...services.map(({ name, digest, copied }) => `  ${name}  ${digest}  ${copied ? "copied" : "was there"}`),
    `  next: moorage deploy ${to} --tag ${as}`,
  ];
  return `${lines.join("\n")}\n`;
}
