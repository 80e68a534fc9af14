/** The team's own program, beside Pulumi.yaml. */
export const ownProgramName = "moorage.ts";

/** How long its function may take, in milliseconds. */
export const ownProgramMs = 60_000;
