import { bounds } from "../../core/bounds.js";
import type { Context } from "../../context/context.js";
import type { DeployRequest, DeployResult } from "./request.js";
import type { EngineListener } from "../../adapters/engine/listeners.js";
import { asMoorageError } from "../../core/errors.js";
import { atMost } from "../../core/interruption.js";
import { safeText, safeValue } from "../../core/redaction.js";
import { stackKind } from "../../core/project/stack-kind.js";
import type { DeploymentEvent } from "../../adapters/notify/event.js";
import type { Addresses } from "../../adapters/notify/notifier.js";

/** What an interrupted run has left for it (F6). */
const hurriedMs = 1_500;
const reasonLimit = 500;

/**
 * Runs the deployment of an environment and tells those whom `moorage:notify` names: when the engine first runs, and at
 * the end. What was refused before that concerns nobody but the caller; previews are told of on their pull requests.
 */
export async function withAnnouncements<Result extends DeployResult>(
  context: Context,
  request: DeployRequest,
  run: () => Promise<Result>,
): Promise<Result> {
  const { notify } = request.config;
  if (stackKind(request.stack) !== "environment" || !context.notifier.isUsed(notify)) return run();
  const announcement = new Announcement(context, request.stack, notify);
  try {
    const result = await context.listeners.during(announcement, run);
    await announcement.succeeded(result);
    return result;
  } catch (error) {
    await announcement.failed(error);
    throw error;
  }
}

/** What is told of one deployment. */
class Announcement implements EngineListener {
  private readonly startedAt = Date.now();
  private version: string | null = null;
  private started: Promise<void> | undefined;

  constructor(
    private readonly context: Context,
    private readonly environment: string,
    private addresses: Addresses,
  ) {}

  /** The first program is the deployment's start. Secret addresses are had from its configuration. */
  onProgram({ config }: { config: Record<string, string> }): void {
    if (this.started !== undefined) return;
    this.version = config["moorage:imageTag"] ?? null;
    this.addresses = { ...this.addresses, ...decrypted(config["moorage:notify"]) };
    this.started = this.tell({ kind: "started" });
  }

  async succeeded({ verdict, imageTag, url, rolledBackFrom }: DeployResult): Promise<void> {
    if (verdict === "superseded" || this.started === undefined) return;
    this.version = imageTag;
    await this.end({ kind: "succeeded", url, rolledBackFrom: rolledBackFrom ?? null });
  }

  async failed(thrown: unknown): Promise<void> {
    const error = asMoorageError(thrown);
    if (this.started === undefined && error.changedNothing) return;
    const { verdict, url, imageTag, rolledBackFrom } = (error.result ?? {}) as Partial<DeployResult>;
    this.version = imageTag || this.version;
    await this.end({
      kind: verdict === "rolled back" ? "rolled back" : "failed",
      url: url ?? null,
      // Cut once it is safe: what is left of a secret is not known as one.
      reason: safeText(this.context.reporter, error.message).slice(0, reasonLimit),
      rolledBackFrom: rolledBackFrom ?? null,
    });
  }

  /** After the start was told, so that they arrive in order. */
  private async end(event: Partial<DeploymentEvent> & Pick<DeploymentEvent, "kind">): Promise<void> {
    await this.started;
    await this.tell({ durationMs: Date.now() - this.startedAt, ...event });
  }

  private tell(event: Partial<DeploymentEvent> & Pick<DeploymentEvent, "kind">): Promise<void> {
    const { project, owner, notifier, signal } = this.context;
    const whole: DeploymentEvent = {
      project,
      environment: this.environment,
      version: this.version,
      by: owner.user,
      at: new Date().toISOString(),
      durationMs: null,
      url: null,
      run: owner.run ?? null,
      reason: null,
      rolledBackFrom: null,
      ...event,
    };
    return notifier.tell(
      safeValue(this.context.reporter, whole),
      this.addresses,
      atMost(signal.aborted ? hurriedMs : bounds.notification, signal, "notifications"),
    );
  }
}

/** The engine hands objects over as JSON. */
function decrypted(text: string | undefined): Addresses {
  return text === undefined ? {} : (JSON.parse(text) as Addresses);
}
