import { expect, it } from "vitest";
import type { Invocation } from "../../src/core/command.js";
import { demo } from "../../src/commands/demo.js";

it.each([
  [{ keep: false, emulator: "http://127.0.0.1:4566" }, "--emulator is for --full"],
  [{ keep: false, full: true, emulator: "4566" }, "must be an address"],
])("issue 16.5: demo refuses %j before anything starts", async (args, message) => {
  await expect(demo.run(args as never, {} as Invocation)).rejects.toMatchObject({
    code: "bad-arguments",
    message: expect.stringContaining(message),
  });
});
