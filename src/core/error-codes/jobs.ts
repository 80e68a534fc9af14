import type { ErrorRow } from "./row.js";

/** Of jobs, and of commands that people run. */
export const jobCodes = {
  "job-failed": {
    kind: "failed",
    fault: "app",
    message: "The run of <job> in <stack> failed, <reason>",
    cause:
      "The job's task ended with another exit code than 0, could not start, or did not end within `--timeout`.",
    fix: "Correct the job by its log lines in the message; `moorage job logs` shows more of them.",
  },
  "job-needs-event": {
    kind: "bad-request",
    fault: "caller",
    message: "<job> of <stack> is not started: its command or its variables are filled in from an event.",
    cause: "The job has `on.input`, and a run that a person starts has no event to take the values from.",
    fix: "Put an event that the job's rule matches on its bus; on the local target with `moorage local event put`.",
  },
  "exec-not-ready": {
    kind: "failed",
    fault: "platform",
    message: "ECS Exec's agent in <container> is <status> (<task>).",
    cause:
      "The agent through which commands reach a container has not started yet, cannot start (read-only root file system, task role without the ssmmessages actions, no way to ssmmessages), or has stopped.",
    fix: "Run the command again some seconds after the task's start; if it never works, check what the hint names.",
  },
  "exec-off": {
    kind: "bad-request",
    fault: "caller",
    message: "ECS Exec is off in the tasks of <service> in <stack>: no command can be run in them.",
    cause: "The service's `exec` is false, or the task was started before it was set to true.",
    fix: "Set `exec: true` (and no `readOnly: true`) for the service and deploy, or use `moorage run`, which needs neither.",
  },
  "no-container": {
    kind: "bad-request",
    fault: "caller",
    message: "The tasks of <service> in <stack> have no container <name>.",
    cause: "`--container` names none of the task's containers.",
    fix: "Name one that the hint lists: the service's own bears its name, sidecars have theirs.",
  },
  "no-running-task": {
    kind: "bad-request",
    fault: "caller",
    message: "No task of <service> in <stack> is running.",
    cause: "The service is scaled to 0, its tasks cannot start, or `--task` names none that runs.",
    fix: "Look at `moorage status`, or start a task of its own with `moorage run`.",
  },
  "run-failed": {
    kind: "failed",
    fault: "app",
    message: "The command in a task of <service> in <stack> failed, <reason>",
    cause:
      "The command ended with another exit code than 0, its task could not start, or it did not end within `--timeout` and was stopped.",
    fix: "Correct it by what it wrote; give it more time with `--timeout`.",
  },
  "run-restarts": {
    kind: "bad-request",
    fault: "caller",
    message:
      "A command in a task of <service> would run again and again: its restartPolicy starts what ends after <seconds> s or more anew.",
    cause:
      "`restartPolicy` holds for every task of the service's task definition, and RunTask cannot switch it off.",
    fix: "Add 0 to its `ignoredExitCodes` and deploy, or make the command one of moorage:jobs: those have no restart policy.",
  },
  "session-failed": {
    kind: "failed",
    fault: "platform",
    message: "The session ended with an error of <program> (exit code <code>).",
    cause: "AWS's Session Manager plugin could not open the session, or lost it.",
    fix: "Read what the plugin says above the error, then run the command again.",
  },
  "session-plugin-missing": {
    kind: "bad-request",
    fault: "caller",
    message: "AWS's Session Manager plugin <is not installed>: without it no session can be opened.",
    cause: "`moorage exec` opens sessions on AWS with `session-manager-plugin`, version 1.2.498.0 or newer.",
    fix: "Install it, or run a task of its own with `moorage run`, which needs no plugin.",
  },
  "no-job": {
    kind: "bad-request",
    fault: "caller",
    message: "<stack> has no job <name> deployed.",
    cause:
      "The stack's last deployment brought no job of that name: it is new, misspelled, or a preview does not enable it.",
    fix: "Choose one that `moorage job list <stack>` shows, or deploy the stack first.",
  },
} as const satisfies Record<string, ErrorRow>;
