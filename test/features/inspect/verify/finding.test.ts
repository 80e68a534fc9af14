import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { badRequest, platformFailure } from "../../../../src/core/errors.js";
import { describeFindings } from "../../../../src/features/inspect/verify/describe.js";
import { find, pass, judgeRefusal } from "../../../../src/features/inspect/verify/finding.js";

describe("a check that fails", () => {
  const cases: [string, Error, "SKIP" | "NG"][] = [
    ["that AWS does not permit has not judged", badRequest("permission", "Not permitted.", ""), "SKIP"],
    ["because AWS failed has not judged", platformFailure("aws", "AWS failed.", ""), "SKIP"],
    ["for want of credentials is a finding", badRequest("credentials", "None.", ""), "NG"],
  ];
  it.each(cases)("%s", async (_title, error, result) => {
    expect(await find("cluster", () => Promise.reject(error))).toEqual({
      check: "cluster",
      result,
      message: error.message,
    });
  });

  it("F21: because an image is not there is a finding; because it may not be read, none", () => {
    expect(judgeRefusal(badRequest("tag-not-found", "No v9.", ""))).toEqual({
      result: "NG",
      message: "No v9.",
    });
    const permission = badRequest("permission", "Not permitted.", "");
    expect(() => judgeRefusal(permission)).toThrow(permission);
  });
});

it("findings are a tree, a service's own below its name", () => {
  const findings = ["cluster", "web/image", "web/task role", "api/image"].map((check) => ({
    check,
    ...pass("Fine."),
  }));
  expect(
    stripVTControlCharacters(describeFindings("dev", findings))
      .replace(/ PASS /g, " ")
      .split("\n"),
  ).toEqual([
    "dev",
    "  cluster: Fine.",
    "  web",
    "    image: Fine.",
    "    task role: Fine.",
    "  api",
    "    image: Fine.",
    "4 PASS, 0 SKIP, 0 FAIL",
    "",
  ]);
});
