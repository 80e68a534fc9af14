import type { MigrationHook } from "./components/gate.js";

/** What whoever runs a program hands it besides its configuration. */
export interface ProgramOptions {
  /** The driver's: the services wait for it. */
  gate?: MigrationHook | undefined;
  /** Of Pulumi.yaml and the team's own program. */
  folder?: string | undefined;
}
