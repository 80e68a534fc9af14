import { capacityKind } from "../../../../core/project/capacity.js";

/** The words of a command that is a list, or a line as a shell reads it; undefined where only a shell can read it. */
export function wordsOf(command: unknown): string[] | undefined {
  if (Array.isArray(command)) return command.map(String);
  if (typeof command !== "string" || command.trim() === "") return undefined;
  if (/[|&;<>`$()*?]/.test(command.replace(/'[^']*'/g, ""))) return ["sh", "-c", command];
  const words = command.match(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g) ?? [];
  return words.map((word) =>
    word.replace(/"([^"]*)"|'([^']*)'/g, (_all, double, single) => String(double ?? single)),
  );
}

/** Whether a variable is one whose value nobody should read in a file. */
export function isSecretLike(name: string, value: string): boolean {
  const named =
    /(^|_)(PASS(WORD|WD|PHRASE)?|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|CREDENTIALS?|DSN|SALT)(_|$)/i;
  return named.test(name) || /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i.test(value);
}

/** The smallest size of Fargate that has so much: CPU units and MiB. */
export function sizeFor(cpu: number, memory: number): { cpu: number; memory: number } {
  for (const units of [...capacityKind.cpus].sort((a, b) => a - b)) {
    const fitting = capacityKind.memoriesFor(units).find((one) => one >= memory);
    if (units >= cpu && fitting !== undefined) return { cpu: units, memory: fitting };
  }
  const most = Math.max(...capacityKind.cpus);
  return { cpu: most, memory: Math.max(...capacityKind.memoriesFor(most)) };
}

/** `512m`, `1gb`, a number of bytes: MiB. Source: Compose specification, "Specifying byte values". */
export function mebibytes(text: string | undefined): number | undefined {
  const [, count, unit = "b"] = /^\s*([0-9.]+)\s*([bkmg])?b?\s*$/i.exec(text ?? "") ?? [];
  if (count === undefined) return undefined;
  const bytes = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[unit.toLowerCase()] ?? 1;
  return Math.ceil((Number(count) * bytes) / 1024 ** 2);
}

/** `1m30s`, `90s`, `10` as whole seconds. */
export function secondsIn(value: unknown): number | undefined {
  if (typeof value === "number") return Math.ceil(value);
  if (typeof value !== "string" || value.trim() === "") return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  const units: Record<string, number> = { us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };
  if (!/^(\d+(\.\d+)?(us|ms|s|m|h))+$/.test(value)) return undefined;
  const parts = [...value.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|m|h)/g)];
  return Math.ceil(parts.reduce((sum, [, count, unit = "s"]) => sum + Number(count) * (units[unit] ?? 0), 0));
}

/** Without what is undefined, and without what is empty. */
export function withoutEmpty(settings: Record<string, unknown>): Record<string, unknown> {
  const isEmpty = (value: unknown) =>
    value === undefined || (typeof value === "object" && value !== null && Object.keys(value).length === 0);
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => !isEmpty(value)));
}
