/** Why a deployment is made. `restore`: the automatic rollback of a deployment that has failed. */
export type Purpose = "deploy" | "rollback" | "restore";

/** Of what a record holds: a deployment unless it says otherwise. Records of older versions have a rollback's tag alone. */
export function purposeOf({
  purpose,
  rolledBackFrom,
}: {
  purpose?: Purpose;
  rolledBackFrom?: string;
}): Purpose {
  return purpose ?? (rolledBackFrom === undefined ? "deploy" : "rollback");
}
