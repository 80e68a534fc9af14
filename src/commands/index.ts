import type { Command } from "../core/command.js";
import { build } from "./build.js";
import { cancel } from "./cancel.js";
import { configTake } from "./config/take.js";
import { demo } from "./demo.js";
import { deploy } from "./deploy.js";
import { diff } from "./diff.js";
import { doctor } from "./doctor.js";
import { exec } from "./exec.js";
import { history } from "./history.js";
import { infraBootstrap } from "./infra/bootstrap.js";
import { infraDestroy } from "./infra/destroy.js";
import { infraDiff } from "./infra/diff.js";
import { infraPolicy } from "./infra/policy.js";
import { infraUp } from "./infra/up.js";
import { init } from "./init.js";
import { jobList } from "./job/list.js";
import { jobLogs } from "./job/logs.js";
import { jobRun } from "./job/run.js";
import { localEnv } from "./local/env.js";
import { localQueue } from "./local/queue.js";
import { localValue } from "./local/value.js";
import { localClock } from "./local/clock.js";
import { localEventList } from "./local/event-list.js";
import { localEventPut } from "./local/event-put.js";
import { localFault } from "./local/fault.js";
import { localImage } from "./local/image.js";
import { localReset } from "./local/reset.js";
import { localStart } from "./local/start.js";
import { localStatus } from "./local/status.js";
import { localStop } from "./local/stop.js";
import { lock } from "./lock.js";
import { logs } from "./logs.js";
import { previewDestroy } from "./preview/destroy.js";
import { previewList } from "./preview/list.js";
import { previewReconcile } from "./preview/reconcile.js";
import { previewStatus } from "./preview/status.js";
import { previewSweep } from "./preview/sweep.js";
import { previewTouched } from "./preview/touched.js";
import { previewUp } from "./preview/up.js";
import { previewUrl } from "./preview/url.js";
import { promote } from "./promote.js";
import { releaseDraft } from "./release/draft.js";
import { releasePlan } from "./release/plan.js";
import { request } from "./request.js";
import { rollback } from "./rollback.js";
import { run } from "./run.js";
import { smoke } from "./smoke.js";
import { status } from "./status.js";
import { unlock } from "./unlock.js";
import { upgrade } from "./upgrade.js";
import { url } from "./url.js";
import { verify } from "./verify.js";

/** What `moorage <group> --help` stands for. */
export const groups: Record<string, string> = {
  preview: "Previews: a running copy of the app for each pull request",
  job: "Jobs: tasks that run on a schedule, on an event, or when a person starts them",
  infra: "Foundations, and the GitHub repository's settings for the workflows",
  config: "The project's configuration files, from another commit",
  release: "Releases: which environments they reach, and drafts",
  local: "The local target: a small AWS on this machine",
  "local event": "Events of the local target's EventBridge, which start jobs",
};

/** Every command. A command's file is light: what it needs is imported when it runs. */
export const commands: Command[] = [
  demo,
  deploy,
  rollback,
  cancel,
  smoke,
  history,
  run,
  exec,
  lock,
  unlock,
  build,
  configTake,
  previewUp,
  previewDestroy,
  previewReconcile,
  previewStatus,
  previewTouched,
  previewSweep,
  previewList,
  previewUrl,
  promote,
  request,
  releasePlan,
  releaseDraft,
  status,
  diff,
  verify,
  logs,
  url,
  jobList,
  jobRun,
  jobLogs,
  infraBootstrap,
  infraUp,
  infraDiff,
  infraDestroy,
  infraPolicy,
  localStart,
  localStop,
  localStatus,
  localReset,
  localEnv,
  localImage,
  localClock,
  localEventPut,
  localEventList,
  localQueue,
  localValue,
  localFault,
  init,
  upgrade,
  doctor,
];
