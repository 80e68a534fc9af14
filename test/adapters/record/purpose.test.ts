import { expect, it } from "vitest";
import { type Purpose, purposeOf } from "../../../src/adapters/record/purpose.js";

it.each<[string, { purpose?: Purpose; rolledBackFrom?: string }, Purpose]>([
  ["that says nothing", {}, "deploy"],
  ["of an older version, a rollback", { rolledBackFrom: "v2" }, "rollback"],
  ["of a rollback that knew no tag to leave", { purpose: "rollback" }, "rollback"],
  ["of a release that was put back", { purpose: "restore", rolledBackFrom: "v2" }, "restore"],
])("structure 9: the purpose of a record %s", (_title, record, purpose) => {
  expect(purposeOf(record)).toBe(purpose);
});
