import { describe, expect, it } from "vitest";
import { parseFoundationConfig } from "../../../src/core/project/foundation.js";
import { parseGitHubConfig } from "../../../src/core/project/github.js";
import { parseConfig } from "../../../src/core/project/parse.js";

// Each is a limit of AWS's or GitHub's, whose source stands where it is checked: src/core/project/.

const web = { repository: "hello", port: 8080 };
const environment =
  (changes: object, service: object = {}) =>
  () =>
    parseConfig(
      {
        "moorage:app": "hello",
        "moorage:foundation": "foundation-dev",
        "moorage:services": { web: { ...web, ...service } },
        ...changes,
      },
      "test",
    );
const foundation = (changes: object) => () =>
  parseFoundationConfig(
    { "moorage:app": "hello", "moorage:domain": "example.com", "moorage:zone": "Z0123456789", ...changes },
    "test",
  );
const topics = (count: number) =>
  Array.from({ length: count }, (_, index) => `arn:aws:sns:us-east-1:111111111111:t${index}`);
const policies = (count: number) =>
  Array.from({ length: count }, (_, index) => `arn:aws:iam::aws:policy/p${index}`);
/** A name of so many characters. */
const name = (length: number) =>
  `${"a".repeat(length % 60 || 60)}${`.${"b".repeat(59)}`.repeat(Math.ceil(length / 60) - 1)}`;

describe.each<[string, () => unknown, () => unknown, RegExp]>([
  [
    "F51: a repository that pull requests push to",
    environment({}, { repository: "hello-previews" }),
    environment({}, { repository: "hello-preview" }),
    /where pull requests push/,
  ],
  [
    "F51: a fixed image from where pull requests push",
    environment(
      {},
      { repository: undefined, image: `registry.example.com/hello-previews@sha256:${"a".repeat(64)}` },
    ),
    environment({}, { repository: undefined, image: `registry.example.com/hello@sha256:${"a".repeat(64)}` }),
    /no environment takes images from there/,
  ],
  [
    "provider 4: zone rebalancing at a maximum of 100 percent",
    environment(
      { "moorage:deployment": { minimumHealthyPercent: 50, maximumPercent: 100 } },
      { desiredCount: 2 },
    ),
    environment(
      { "moorage:deployment": { minimumHealthyPercent: 50, maximumPercent: 100 } },
      { desiredCount: 2, availabilityZoneRebalancing: false },
    ),
    /services\.web\.availabilityZoneRebalancing: must be false where maximumPercent is 100/,
  ],
  [
    "provider 16: an app whose security groups would begin with sg-",
    environment({ "moorage:app": "sg" }),
    environment({ "moorage:app": "sgx" }),
    /moorage:app: found "sg"; must not be sg or begin with sg-/,
  ],
  [
    "provider 16: the same of a foundation",
    foundation({ "moorage:app": "sg-shop" }),
    foundation({ "moorage:app": "shop-sg" }),
    /must not be sg or begin with sg-/,
  ],
  [
    "provider 19: a host of more characters than a listener rule takes",
    environment({ "moorage:host": name(129) }),
    environment({ "moorage:host": name(128) }),
    /moorage:host: .*at most 128 characters/,
  ],
  [
    "provider 19: a domain that is too long with a stack before it",
    environment({ "moorage:domain": name(108) }),
    environment({ "moorage:domain": name(107) }),
    /moorage:domain: .*at most 107 characters/,
  ],
  [
    "provider 19: a certificate's first name",
    foundation({ "moorage:domain": name(63) }),
    foundation({ "moorage:domain": name(62) }),
    /moorage:domain: must have at most 62 characters/,
  ],
  [
    "provider 19: a certificate's names",
    foundation({ "moorage:loadBalancers": { count: 10 }, "moorage:hosts": ["www.example.com"] }),
    foundation({ "moorage:loadBalancers": { count: 9 }, "moorage:hosts": ["www.example.com"] }),
    /moorage:hosts: makes 11 names/,
  ],
  [
    "provider 19: an alarm's actions",
    environment({ "moorage:alarms": { topics: topics(6) } }),
    environment({ "moorage:alarms": { topics: topics(5) } }),
    /moorage:alarms\.topics: must be at most 5 topics/,
  ],
  [
    "provider 19: a role's policies",
    environment({}, { policies: policies(11) }),
    environment({}, { policies: policies(10) }),
    /services\.web\.policies: must be at most 10/,
  ],
  [
    "provider 19: internal load balancers without private subnets",
    foundation({
      "moorage:network": { vpc: "vpc-1", publicSubnets: ["subnet-1", "subnet-2"], tasks: "public" },
      "moorage:loadBalancers": { internal: true },
    }),
    foundation({
      "moorage:network": { vpc: "vpc-1", publicSubnets: ["subnet-1", "subnet-2"], tasks: "public" },
    }),
    /network\.privateSubnets: is missing/,
  ],
  [
    "provider 19: a load balancer in one subnet",
    foundation({ "moorage:network": { vpc: "vpc-1", publicSubnets: ["subnet-1"], tasks: "public" } }),
    foundation({
      "moorage:network": {
        vpc: "vpc-1",
        publicSubnets: ["subnet-1", "subnet-2"],
        privateSubnets: ["subnet-3"],
      },
    }),
    /network\.publicSubnets: must name two subnets/,
  ],
  [
    "provider 19: HTTPS on the port that redirects to it",
    foundation({ "moorage:listener": { port: 80 } }),
    foundation({ "moorage:listener": { port: 8443 } }),
    /listener\.port: found 80; is taken/,
  ],
  [
    "provider 19: an environment's reviewers",
    () => reviewers(7),
    () => reviewers(6),
    /reviewers: must be at most 6/,
  ],
  [
    "bug 7: a task definition of more than 64 KB",
    environment({}, { env: { A: "x".repeat(65_536) } }),
    environment({}, { env: { A: "x".repeat(60_000) } }),
    /services\.web\.env: makes, with .*ECS takes 65536/,
  ],
])("%s", (_title, wrong, right, words) => {
  it("is refused", () => expect(wrong).toThrow(words));
  it("is taken just below", () => expect(right).not.toThrow());
});

function reviewers(count: number): unknown {
  const users = Array.from({ length: count }, (_, index) => `user${index}`);
  return parseGitHubConfig(
    {
      "moorage:repository": "acme/hello",
      "moorage:environments": { dev: { reviewers: { users } } },
    },
    "test",
  );
}
