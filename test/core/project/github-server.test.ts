import { expect, it } from "vitest";
import { gitHubServer, tokenIssuer } from "../../../src/core/project/github-server.js";

it.each([
  ["https://github.com", "https://api.github.com", "token.actions.githubusercontent.com", true],
  ["https://octo.ghe.com/", "https://api.octo.ghe.com", "token.actions.octo.ghe.com", false],
  ["https://git.acme.test", "https://git.acme.test/api/v3", "git.acme.test/_services/token", false],
  [
    "https://git.acme.test:8443",
    "https://git.acme.test:8443/api/v3",
    "git.acme.test:8443/_services/token",
    false,
  ],
])("adoption C5: %s has its API at %s and its issuer at %s", (server, apiUrl, issuer, hasClaims) => {
  expect(gitHubServer(server)).toMatchObject({ apiUrl, issuer, hasClaims });
  expect(tokenIssuer({ server })).toMatchObject({ issuer, hasClaims });
});

it("adoption C5: an enterprise of github.com may have an issuer of its own", () => {
  const issuer = "token.actions.githubusercontent.com/acme";
  expect(tokenIssuer({ issuer: `https://${issuer}/` })).toEqual({ issuer, hasClaims: true });
  expect(tokenIssuer({ issuer: "token.actions.githubusercontent.com.evil.test" }).hasClaims).toBe(false);
});
