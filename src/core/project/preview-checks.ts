import { z } from "zod";
import { type Report, rule } from "./rule.js";
import { sizeMistake } from "./capacity.js";
import { checkReserved } from "./service-checks.js";

const names = z.record(z.string(), z.unknown());
const size = z.object({ cpu: z.number(), memory: z.number() });
const overrides = z.record(z.string(), size.partial());

/** What a preview's overrides and the services that they change must agree on. */
export const previewRules = [
  rule({ preview: z.object({ env: names }) }, ({ preview }, report) => {
    checkReserved(["preview", "env"], preview.env, report);
  }),
  rule(
    { preview: z.object({ services: z.record(z.string(), z.object({ env: names, secrets: names })) }) },
    ({ preview }, report) => {
      for (const [name, { env, secrets }] of Object.entries(preview.services)) {
        checkReserved(["preview", "services", name, "env"], env, report);
        checkReserved(["preview", "services", name, "secrets"], secrets, report);
      }
    },
  ),
  rule({ services: z.record(z.string(), size), preview: z.object({ services: overrides }) }, checkSizes),
];

interface Sizes {
  services: Record<string, z.infer<typeof size>>;
  preview: { services: z.infer<typeof overrides> };
}

/** An override of one of the two is paired with the other of the base. */
function checkSizes({ services, preview }: Sizes, report: Report): void {
  for (const [name, override] of Object.entries(preview.services)) {
    const base = services[name];
    if (base === undefined || (override.cpu === undefined && override.memory === undefined)) continue;
    const { cpu, memory } = { ...base, ...override };
    const mistake = sizeMistake(cpu, memory);
    if (mistake)
      report(["preview", "services", name, mistake.setting], mistake.message, override[mistake.setting]);
  }
}
