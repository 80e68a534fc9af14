import { expect, it } from "vitest";
import { withStatements } from "../../../src/adapters/aws/state-access.js";
import { bucketStatements } from "../../../stacks/policies/state-sharing.js";

const place = { partition: "aws", bucket: "hello-state", project: "hello", app: "hello" };
const of = (...accounts: string[]) => bucketStatements({ ...place, accounts });
const statementsIn = (policy = "{}") => (JSON.parse(policy) as { Statement: object[] }).Statement;

it("adoption A5: a policy keeps what somebody else has written", () => {
  const theirs = { Sid: "Theirs", Effect: "Deny", Principal: "*", Action: "s3:*", Resource: "*" };
  // A policy of one statement may hold it alone.
  const policy = withStatements(
    JSON.stringify({ Version: "2008-10-17", Id: "x", Statement: theirs }),
    of("2"),
  );
  expect(JSON.parse(policy ?? "")).toEqual({
    Version: "2008-10-17",
    Id: "x",
    Statement: [theirs, ...of("2")],
  });
});

it("adoption A5: accounts are added to those that are there, and the second run changes nothing", () => {
  const first = withStatements(undefined, of("2"));
  const both = withStatements(first, of("3"));
  expect(statementsIn(both)).toEqual(of("2", "3"));
  expect(withStatements(both, of("3"))).toBeUndefined();
  expect(withStatements(both, of("2", "3"))).toBeUndefined();
});

it("adoption A5: a second app has statements of its own", () => {
  const other = bucketStatements({ ...place, project: "a-b", app: "a-b", accounts: ["2"] });
  const alike = bucketStatements({ ...place, project: "ab", app: "ab", accounts: ["2"] });
  const policy = withStatements(withStatements(withStatements(undefined, of("2")), other), alike);
  expect(statementsIn(policy)).toHaveLength(9);
});

it("adoption A5: AWS shows a list of one as its entry, which is no change", () => {
  const shown = of("2").map(({ Principal, ...rest }) => ({ ...rest, Principal: { AWS: Principal.AWS[0] } }));
  expect(withStatements(JSON.stringify({ Statement: shown }), of("2"))).toBeUndefined();
  expect(statementsIn(withStatements(JSON.stringify({ Statement: shown }), of("3")))).toEqual(of("2", "3"));
});
