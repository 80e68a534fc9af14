/**
 * The bound of every wait that no option and no setting names, in milliseconds: one place for each, and the table in
 * docs/bounds.md says what happens then.
 */
export const bounds = {
  /** From the first SIGINT, SIGTERM or SIGHUP until the process exits, whatever still runs (F6). */
  ending: 6_500,
  /** Parts of the ending, each from the same signal: what one does not need, the next ones have. */
  endingEngine: 4_000,
  endingState: 4_600,
  endingRollout: 5_200,
  endingRecord: 5_800,
  endingNotifications: 6_100,
  endingGitHub: 6_400,
  /** Two signals closer than this are one: npm hands a terminal's Ctrl-C on, and the child has it twice. */
  sameSignal: 150,
  /** What is still to be written once the result is known, where nobody reads. */
  lastWords: 250,

  awsConnect: 5_000,
  awsAttempt: 10_000,
  awsIdle: 30_000,
  awsCall: 300_000,
  bucketAttempt: 15_000,
  bucketIdle: 15_000,
  bucketCall: 60_000,
  stateWrite: 30_000,
  stateLastTry: 15_000,

  registryAttempt: 15_000,
  registryIdle: 60_000,
  imageConfig: 10_000,
  cloudAttempt: 15_000,
  githubAttempt: 20_000,
  githubCall: 300_000,
  githubPublish: 300_000,
  notification: 5_000,
  ownToken: 5_000,
  requestFound: 60_000,

  smokeAttempt: 5_000,
  lastLookAnswer: 5_000,

  /** The team's own function; also under the plain CLI (`ownProgramMs` in project/own-limits.ts). */
  ownProgram: 60_000,
  /** Looks at whether resources are still being made once the program has failed. */
  programEnding: 1_500,
  engineGrace: 5_000,
  engineRead: 60_000,
  engineRefresh: 240_000,
  engineDestroy: 1_200_000,
  /** Load balancers and certificates take minutes; a certificate that is validated by DNS may take half an hour. */
  engineInfra: 2_700_000,
  enginePlan: 600_000,
  engineRepair: 300_000,
  engineRemoval: 60_000,
  engineExport: 30_000,
  engineOrphan: 600_000,
  engineOutput: 1_000,
  engineVersion: 15_000,
  engineProbe: 5_000,
  engineDownload: 600_000,
  engineBuild: 1_800_000,
  engineTurn: 2_700_000,
  stateLock: 3_000,

  recordWrite: 30_000,
  claimWrite: 12_000,
  claimAbandoned: 20_000,

  absence: 60_000,
  /** A living run stops its own deployments and puts the last good release back; one that does not is helped. */
  cancelHelp: 15_000,
  cancelAsk: 30_000,
  toolAnswer: 5_000,
  imageBuild: 3_600_000,
  localImageBuild: 1_800_000,
  imagePush: 1_800_000,
  imageInspect: 60_000,
  builderStart: 300_000,
  gitRead: 60_000,
  gitAncestry: 10_000,
  gitOrigin: 10_000,
  gitRemote: 30_000,
  releaseFile: 120_000,
  setupTurn: 60_000,
  accountLook: 5_000,
} as const;

export type Bound = keyof typeof bounds;
