import { z } from "zod";
import { type Report, rule } from "./rule.js";
import { command, healthcheck, seconds } from "./service-values.js";
import { anyText, flag, notOfKind, oneOf, strict, textMatching, wholeNumber } from "./values.js";

/** Source: KernelCapabilities: on Fargate only this one can be added. */
const added = oneOf(["SYS_PTRACE"]);

/** Source: KernelCapabilities, `drop`. */
const kernelCapabilities =
  "AUDIT_CONTROL AUDIT_WRITE BLOCK_SUSPEND CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID " +
  "IPC_LOCK IPC_OWNER KILL LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD NET_ADMIN " +
  "NET_BIND_SERVICE NET_BROADCAST NET_RAW SETFCAP SETGID SETPCAP SETUID SYS_ADMIN SYS_BOOT " +
  "SYS_CHROOT SYS_MODULE SYS_NICE SYS_PACCT SYS_PTRACE SYS_RAWIO SYS_RESOURCE SYS_TIME " +
  "SYS_TTY_CONFIG SYSLOG WAKE_ALARM";
const dropped = oneOf(["ALL", ...kernelCapabilities.split(" ")]);

const capabilities = strict({ add: z.array(added).default([]), drop: z.array(dropped).default([]) });

/** Source: ContainerRestartPolicy. */
const restarts = strict({
  /** Exit codes after which it is not restarted. */
  ignoredExitCodes: z
    .array(wholeNumber(0, 255))
    .max(50, { error: "must be at most 50: ECS takes no more" })
    .default([]),
  /** Seconds that it must have run to be restarted. */
  attemptPeriod: seconds(60, 1800).default(300),
});

const restarting = { error: "must be true, or an object with `ignoredExitCodes` and `attemptPeriod`" };
const restartPolicy = z
  .union([z.literal(true, restarting), restarts], restarting)
  .transform((value) => (value === true ? { ignoredExitCodes: [], attemptPeriod: 300 } : value));

/** Source: Fargate, "Task resource limits": other limits are the operating system's. */
const mostFiles = 1_048_576;
const fileLimit = wholeNumber(1, mostFiles);
const ulimits = strict({
  nofile: z
    .union([fileLimit, strict({ soft: fileLimit, hard: fileLimit })], {
      error: "must be a number of open files, or { soft, hard }",
    })
    .transform((value) => (typeof value === "number" ? { soft: value, hard: value } : value))
    .refine(({ soft, hard }) => soft <= hard, { error: "must not have a soft limit above the hard one" }),
});

/** What one container gets of its task's size. Source: ContainerDefinition, `cpu`, `memory`, `memoryReservation`. */
const limits = strict({
  /** CPU units that it is sure to have. */
  cpu: wholeNumber(1, 16_384).optional(),
  /** MiB above which it is killed. */
  memory: wholeNumber(6, 122_880).optional(),
  /** MiB that it is sure to have. */
  memoryReservation: wholeNumber(6, 122_880).optional(),
});

/** What a service's own container and its sidecars may have alike, in ECS's and Compose's words. */
export const containerOptions = {
  entrypoint: command.min(1, { error: "must have at least one word" }).optional(),
  command: command.optional(),
  /** What ECS runs in the container to tell whether it is well. */
  healthcheck: healthcheck.optional(),
  /** Whether a process of its own reaps what others leave behind, and passes signals on. */
  init: flag.default(false),
  capabilities: capabilities.optional(),
  restartPolicy: restartPolicy.optional(),
  labels: z
    .record(textMatching(/^\S{1,255}$/, "a label's name without spaces"), anyText, {
      error: "must map names to text",
    })
    .default({}),
  limits: limits.optional(),
  ulimits: ulimits.optional(),
  environmentFiles: notOfKind(
    "Moorage reads no files from S3: put plain values in `env`, and secrets in `secrets`",
  ),
};

const sized = z.object({ limits: limits.optional() });
type Sized = z.infer<typeof sized>;

export const containerOptionRules = [
  rule(
    { cpu: z.number(), memory: z.number(), limits: limits.optional(), sidecars: z.record(z.string(), sized) },
    ({ cpu, memory, sidecars, ...own }, report) => {
      const containers: [string[], Sized][] = [
        [["limits"], own],
        ...Object.entries(sidecars).map(([name, one]): [string[], Sized] => [
          ["sidecars", name, "limits"],
          one,
        ]),
      ];
      checkSums(containers, { cpu, memory }, report);
      for (const [path, one] of containers) checkReservation(path, one, report);
    },
  ),
];

/** Source: ContainerDefinition, `cpu` and `memory`: all containers together within the task's. */
function checkSums(
  containers: readonly [string[], Sized][],
  task: { cpu: number; memory: number },
  report: Report,
): void {
  for (const key of ["cpu", "memory"] as const) {
    const sum = containers.reduce((total, [, { limits: own }]) => total + (reserved(own, key) ?? 0), 0);
    const last = containers.findLast(([, { limits: own }]) => reserved(own, key) !== undefined);
    if (sum <= task[key] || last === undefined) continue;
    report(
      [...last[0], key],
      `makes ${sum} for all containers, and the task has ${task[key]}: raise its ${key}`,
    );
  }
}

function reserved(limits: Sized["limits"], key: "cpu" | "memory"): number | undefined {
  return key === "cpu" ? limits?.cpu : (limits?.memoryReservation ?? limits?.memory);
}

function checkReservation(path: string[], { limits: own }: Sized, report: Report): void {
  const { memory, memoryReservation } = own ?? {};
  if (memory === undefined || memoryReservation === undefined || memoryReservation < memory) return;
  report([...path, "memoryReservation"], `must be below memory (${memory})`, memoryReservation);
}
