import type {
  DeploymentFact,
  RolloutFacts,
  ServiceDeploymentFact,
  ServiceFact,
  ExpectedRollout,
} from "../../../adapters/aws/rollout-facts.js";
import { failureReasons, waitingTasks } from "./reasons.js";

export type FailureKind =
  /** ECS put the version before back (F1). */
  | "rolled-back"
  | "failed"
  | "timeout"
  /** Somebody stopped the deployment. */
  | "stopped"
  | "scaled-to-zero"
  | "nothing-running"
  /** Completed, and its tasks crash again and again (F22). */
  | "flapping"
  /** Completed, and a task of it crashed soon after (F22). */
  | "crashed"
  /** Tasks of our task definition run other bytes. */
  | "wrong-image";

export interface Progress {
  desired: number;
  running: number;
  pending: number;
  failed: number;
  rollingBack: boolean;
}

export type Verdict =
  | {
      outcome: "in-progress";
      progress: Progress;
      deploymentId: string | undefined;
      /** What ECS said, where that is not believed yet. */
      doubt?: string;
    }
  | { outcome: "succeeded"; deploymentId: string }
  /** The service runs what is wanted, and nothing had to be started for it. */
  | { outcome: "no-deployment"; deploymentId: string }
  | { outcome: "failed"; kind: FailureKind; reasons: string[]; deploymentId: string | undefined }
  /** Another deployment replaced ours (F2). */
  | { outcome: "superseded"; by: string; deploymentId: string | undefined };

/** What a judgement looks at together. */
export interface Scene {
  facts: RolloutFacts;
  service: ServiceFact;
  wanted: ExpectedRollout;
  overdue: boolean;
  /** Whether an answer that contradicts what is known counts. */
  believes: boolean;
  primary: DeploymentFact | undefined;
  ours: DeploymentFact | undefined;
  /** The service deployment that belongs to ours. */
  record: ServiceDeploymentFact | undefined;
}

export function superseded({ ours, wanted }: Scene, by: DeploymentFact): Verdict {
  const deploymentId = ours?.id ?? wanted.deploymentId;
  return { outcome: "superseded", by: `${by.id} (${by.taskDefinition})`, deploymentId };
}

/** The verdict where the look is believed; else it is looked again. */
export function unlessDoubted(
  scene: Pick<Scene, "facts" | "wanted" | "believes"> & Partial<Scene>,
  doubt: string,
  verdict: () => Verdict,
): Verdict {
  return scene.believes ? verdict() : { ...inProgress(scene), doubt };
}

export function inProgress(
  { facts, ours, wanted }: Pick<Scene, "facts" | "wanted"> & Partial<Scene>,
  rollingBack = false,
): Extract<Verdict, { outcome: "in-progress" }> {
  const progress = {
    desired: ours?.desiredCount ?? facts.service?.desiredCount ?? wanted.desiredCount,
    running: ours?.runningCount ?? 0,
    pending: ours?.pendingCount ?? 0,
    failed: ours?.failedTasks ?? 0,
    rollingBack,
  };
  return { outcome: "in-progress", progress, deploymentId: ours?.id ?? wanted.deploymentId };
}

export function failed(
  { facts, wanted, ours }: Pick<Scene, "facts" | "wanted"> & Partial<Scene>,
  kind: FailureKind,
  why: string | undefined,
): Verdict {
  const reasons = [
    ...(why === undefined ? [] : [why]),
    ...(kind === "timeout" ? waitingTasks(facts, wanted.taskDefinition) : []),
    ...failureReasons(facts, wanted.taskDefinition),
  ];
  return {
    outcome: "failed",
    kind,
    reasons: [...new Set(reasons)],
    deploymentId: ours?.id ?? wanted.deploymentId,
  };
}
