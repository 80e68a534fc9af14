import { expect, test } from "@playwright/test";

const { BASE_URL = "http://localhost:8080/", VERSION } = process.env;

test("the home page answers", async ({ page }) => {
  const answer = await page.goto(BASE_URL);
  expect(answer?.ok()).toBe(true);
});

test("the version under test is the pull request's", async ({ request }) => {
  const answer = await request.get(new URL("healthz", BASE_URL).href);
  if (VERSION !== undefined) expect(await answer.text()).toContain(VERSION);
});
