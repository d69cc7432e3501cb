// Signing in by a real OpenID Connect provider on another site.

import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { Api } from "../harness/api.ts";
import { config } from "../harness/config.ts";
import { oneAction } from "../harness/runbooks.ts";
import { test as base, expect, personMenu } from "../harness/test.ts";
import { signInAtProvider, Sso } from "../harness/sso.ts";

const test = base.extend<{ sso: Sso }>({
  sso: async ({}, use) => {
    const sso = await Sso.listen();
    await use(sso);
    await sso.stop();
  },
  setup: async ({ sso }, use) => use({ config: config(sso.config), runbooks: "none" }),
});

test.beforeEach(async ({ sso, server, complaints }) => {
  sso.serve(server.url);
  // The provider's own pages want a font from elsewhere and have no icon.
  complaints.expect(/localhost|fonts\.g/);
});

const button = (page: Page) => page.getByRole("button", { name: "Sign in with Acme" });

async function signIn(page: Page, account: string): Promise<void> {
  await button(page).click();
  await signInAtProvider(page, account);
}

test("the provider's account is signed in, its groups are teams, and signing out ends both sessions", async ({ page, context, server }) => {
  await page.goto("/runs?state=failed");
  await signIn(page, "zoe");
  await expect(page).toHaveURL(`${server.url}/runs?state=failed`);
  await expect(personMenu(page)).toHaveAccessibleName(/Zoe Young/);
  const session = await (await new Api(page, server.url).get("/session")).json();
  expect(session.person).toEqual({ id: "zoe", name: "Zoe Young", teams: ["netsec"] });
  expect(session.how).toBe("oidc");
  await page.reload();
  await expect(personMenu(page), "the session holds").toBeVisible();

  const cookies = await context.cookies(server.url);
  expect(cookies.map(({ name, sameSite, httpOnly }) => [name, sameSite, httpOnly])).toEqual([["lastmile_session", "Strict", true]]);
  await personMenu(page).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("button", { name: "Yes, sign me out" }).click();
  await expect(page).toHaveURL(`${server.url}/sign-in`);

  await context.addCookies(cookies);
  expect((await new Api(page, server.url).get("/runs")).status(), "the old cookie is used up").toBe(401);
  await button(page).click();
  await expect(page.getByPlaceholder("Enter any login"), "the provider asks again").toBeVisible();
});

test("whoever says no at the provider is told so and can try again", async ({ page }) => {
  await page.goto("/approvals");
  await button(page).click();
  await page.getByRole("link", { name: /Cancel/ }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await expect(page.getByText("You were not signed in: the sign-in was cancelled")).toBeVisible();
  await signIn(page, "zoe");
  await expect(personMenu(page)).toBeVisible();
  await expect(page).toHaveURL(/\/approvals$/);
});

test("an account without a group that counts is told that it is not let in", async ({ page }) => {
  await page.goto("/");
  await signIn(page, "eve");
  await expect(page.getByText(/your account is not let in here/)).toBeVisible();
  await expect(personMenu(page)).toBeHidden();
});

test("what is typed waits for its owner who signs in again in another tab", async ({ page, context, runbooks, complaints }) => {
  complaints.expect(/401/);
  await page.goto("/");
  await signIn(page, "zoe");
  await expect(personMenu(page)).toBeVisible();
  await runbooks.install("ask", oneAction("Do it", 'echo "$pool"', {}, "inputs:\n  pool: {type: string}\n"));
  await page.goto("/runbooks/ask");
  const pool = page.getByRole("textbox", { name: "pool" });
  // Nothing is under way when the session ends: the page hides itself with the first answer that says so.
  await Promise.all([page.waitForResponse((answer) => answer.request().postData()?.includes("half a though") ?? false), pool.fill("half a though")]);
  await context.clearCookies({ name: "lastmile_session" });
  await pool.press("t");
  const [other] = await Promise.all([context.waitForEvent("page"), page.getByRole("link", { name: /Sign in again/ }).click()]);
  await button(other).click();
  await expect(personMenu(other), "the provider still knows zoe").toBeVisible();
  await expect(pool).toHaveValue("half a thought");
});

for (const scheme of ["light", "dark"] as const) {
  test(`the button and what went wrong can be read by everybody on a ${scheme} page`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await page.goto("/sign-in?problem=untrusted");
    await expect(button(page)).toBeVisible();
    await expect(page.getByText(/does not prove who you are/)).toBeVisible();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  });
}
