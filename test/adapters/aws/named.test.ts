import { expect, it } from "vitest";
import type { AwsClients } from "../../../src/adapters/aws/clients.js";
import { lookupOn } from "../../../src/adapters/aws/lookup.js";

/** Somebody in an account. */
const clients = {
  sts: async () => ({
    send: async () => ({
      Account: "111111111111",
      Arn: "arn:aws:sts::111111111111:assumed-role/x/y",
    }),
    config: { credentials: async () => ({}), region: async () => "eu-west-1" },
  }),
} as unknown as AwsClients;

const look = (type: string, inputs: Record<string, unknown>) =>
  lookupOn(clients)(
    {
      urn: `urn:pulumi:dev::shop::${type}::jobs`,
      type,
      name: "jobs",
      inputs,
      outputs: {},
    },
    new Set(),
  );

it.each([
  ["aws:sqs/queue:Queue", "https://sqs.eu-west-1.amazonaws.com/111111111111/jobs-1"],
  ["aws:sns/topic:Topic", "arn:aws:sns:eu-west-1:111111111111:jobs-1"],
  ["aws:dynamodb/table:Table", "jobs-1"],
])("16.2, F7: of a %s the name tells the id", async (type, id) => {
  expect(await look(type, { name: "jobs-1" })).toEqual({ is: "named", id });
});

it("16.2, F7: a type that cannot be looked for is named, with what to do", async () => {
  const why = expect.stringMatching(
    /cannot look for a aws:x\/y:Y.*pulumi refresh --clear-pending-creates/,
  ) as string;
  expect(await look("aws:x/y:Y", { name: "jobs-1" })).toEqual({
    is: "unknown",
    why,
  });
});
