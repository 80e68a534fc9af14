import { expect, it } from "vitest";
import { ecrRegistry } from "../../../src/core/project/ecr-registry.js";

const account = "111111111111";

it.each([
  [`${account}.dkr.ecr.us-east-1.amazonaws.com`, "us-east-1"],
  [`${account}.dkr.ecr.cn-north-1.amazonaws.com.cn`, "cn-north-1"],
  [`${account}.dkr.ecr-fips.us-gov-west-1.amazonaws.com`, "us-gov-west-1"],
  [`${account}.dkr-ecr.eu-west-1.on.aws`, "eu-west-1"],
])("%s is ECR's in %s", (host, region) => {
  expect(ecrRegistry(host)).toEqual({ account, region });
});

it.each([
  "ghcr.io/team",
  "docker.io",
  `${account}.dkr.ecr`,
  `x${account}.dkr.ecr.us-east-1.amazonaws.com`,
  "",
])("%j is not ECR's", (host) => {
  expect(ecrRegistry(host)).toBeUndefined();
});
