/** The bound of every wait of the local target that no option names, in milliseconds; docs/bounds.md says what follows. */
export const localBounds = {
  localAnswer: 5_000,
  localControl: 30_000,
  localStart: 20_000,
  localStop: 20_000,
  localPush: 300_000,
  /** A call to the emulator that `moorage:local` names. */
  emulatorCall: 10_000,
  /** A program of the system that is asked about processes. */
  processLook: 5_000,
} as const;
