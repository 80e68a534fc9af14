import { expect, it } from "vitest";
import { formatImage, parseImage } from "../../../src/core/project/image-reference.js";

const digest = `sha256:${"a".repeat(64)}`;

it.each([
  ["nginx", { registry: "docker.io", repository: "library/nginx" }],
  ["team/app:1", { registry: "docker.io", repository: "team/app", tag: "1" }],
  ["127.0.0.1:5000/hello:v1", { registry: "127.0.0.1:5000", repository: "hello", tag: "v1" }],
  ["localhost/hello", { registry: "localhost", repository: "hello" }],
  [
    `111111111111.dkr.ecr.us-east-1.amazonaws.com/team/hello@${digest}`,
    { registry: "111111111111.dkr.ecr.us-east-1.amazonaws.com", repository: "team/hello", digest },
  ],
  [`r.io/a:t@${digest}`, { registry: "r.io", repository: "a", tag: "t", digest }],
])("%s is read", (text, reference) => {
  expect(parseImage(text)).toEqual(reference);
});

it.each(["", "Nginx", "a b", "r.io/", "r.io/a@sha256:abc", "r.io/../a", "a:$(id)", "a@b"])(
  "F26: %j is refused",
  (text) => {
    expect(parseImage(text)).toBeUndefined();
  },
);

it("what is formatted is read back", () => {
  const reference = { registry: "r.io:5000", repository: "team/a", tag: "t", digest };
  expect(parseImage(formatImage(reference))).toEqual(reference);
});
