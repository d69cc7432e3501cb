import { oneAction } from "../harness/runbooks.ts";
import { choosePerson, expect, personMenu, signIn, signOut, test } from "../harness/test.ts";

test.beforeEach(async ({ runbooks }) => {
  await runbooks.install("deep/page", oneAction("Do it", 'echo "$pool"', {}, "inputs:\n  pool: {type: string}\n"));
});

test("a signed-out visitor sees the sign-in page, then lands where they were going", async ({ page }) => {
  await page.goto("/runbooks/deep/page?pool=blue#do-it");
  await expect(page.getByRole("main").getByRole("button", { name: /Nora/ })).toBeVisible();
  await choosePerson(page, "noc");
  await expect(page).toHaveURL(/\/runbooks\/deep\/page\?pool=blue#do-it$/);
  await expect(page.getByRole("textbox", { name: "pool" })).toHaveValue("blue");
});

test("signing out ends the session in every tab's next request", async ({ page, api }) => {
  await signIn(page, "noc");
  expect((await api.get("/runs")).status()).toBe(200);
  await signOut(page);
  await expect(page.getByRole("main").getByRole("button", { name: /Nora/ })).toBeVisible();
  expect((await api.get("/runs")).status()).toBe(401);
});

test("signing in leads to pages of this app only", async ({ page, server }) => {
  await page.goto("/sign-in?return_to=//example.org/");
  await choosePerson(page, "noc");
  await expect(personMenu(page)).toBeVisible();
  expect(new URL(page.url()).origin).toBe(server.url);
});

test("the session cookie can't be read by scripts nor sent by other sites", async ({ page, context }) => {
  await signIn(page, "noc");
  const cookies = await context.cookies();
  expect(cookies.length).toBeGreaterThan(0);
  for (const cookie of cookies) {
    expect(cookie.httpOnly).toBe(true);
    expect(cookie.sameSite).not.toBe("None");
  }
});

test("signed out in another tab, the page says so at once and keeps what is typed until one is back", async ({ page, context, complaints }) => {
  complaints.expect(/401/);
  await signIn(page, "noc");
  await page.goto("/runbooks/deep/page");
  await page.getByRole("textbox", { name: "pool" }).fill("half a thou");
  const other = await context.newPage();
  await other.goto("/");
  await signOut(other);
  await expect(page.getByText("You have been signed out")).toBeVisible();
  await expect(page.getByRole("textbox", { name: "pool" })).toBeHidden();

  const [third] = await Promise.all([context.waitForEvent("page"), page.getByRole("link", { name: /Sign in again/ }).click()]);
  await choosePerson(third, "noc");
  await expect(page.getByRole("textbox", { name: "pool" })).toHaveValue("half a thou");
});

test("what one person typed is never shown to the next", async ({ page, context, complaints }) => {
  complaints.expect(/401/);
  await signIn(page, "noc");
  await page.goto("/runbooks/deep/page");
  await page.getByRole("textbox", { name: "pool" }).fill("half a thou");
  const other = await context.newPage();
  await other.goto("/");
  await signOut(other);
  await choosePerson(other, "netsec");
  await expect(page.getByRole("textbox", { name: "pool" })).toHaveValue("");
});
