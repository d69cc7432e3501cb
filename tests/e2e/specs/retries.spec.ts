import type { Page } from "@playwright/test";
import { Card, runIdOf } from "../harness/card.ts";
import { oneAction } from "../harness/runbooks.ts";
import { expect, sayYes, signIn, test } from "../harness/test.ts";

/** The retries as the page of `where` shows them. */
const retries = (where: Page) => where.getByRole("group", { name: "Retries", exact: true });

/** The button that retries, with what is left of what was allowed. */
const retryButton = (where: Page, left: string) => where.getByRole("button", { name: new RegExp(`^Retry \\(${left} left, until \\d\\d:\\d\\d\\)$`) });

test("whoever agrees also allows retries, the requester takes one, and it is withdrawn while they look", async ({ page, people, runbooks, api }) => {
  await runbooks.install("gate", oneAction("Open up", "echo no luck; exit 3", { approve: "netsec" }));
  await signIn(page, "noc");
  const netsec = await people.other("netsec");
  await page.goto("/runbooks/gate");
  const card = new Card(page, "Open up");
  await card.press();
  await card.expectState("Awaiting approval");
  const [asked] = await api.runs();
  await netsec.goto(`/runs/${asked?.id}`);
  const offer = netsec.getByRole("group", { name: "Retries", exact: true });
  await expect(offer.getByRole("spinbutton", { name: "Retries" })).toBeDisabled();
  await offer.getByRole("checkbox", { name: "Also allow up to" }).check();
  await offer.getByRole("spinbutton", { name: "Retries" }).fill("11");
  await sayYes(netsec);
  await expect(netsec.getByRole("alert").filter({ hasText: "Allow 1 to 10 retries." })).toBeVisible();
  await offer.getByRole("spinbutton", { name: "Retries" }).fill("2");
  await offer.getByRole("spinbutton", { name: "Minutes" }).fill("45");
  await sayYes(netsec);
  await card.expectState("Failed");

  await card.openRun();
  const first = runIdOf(page);
  await expect(retries(page)).toContainText(/Noel allows up to 2 retries of exactly this until \d\d:\d\d/);
  await expect(page.getByRole("button", { name: "Withdraw" })).toHaveCount(0);
  await expect(netsec.getByRole("button", { name: /^Retry/ })).toHaveCount(0);
  await retryButton(page, "2 of 2").click();

  await expect(page).not.toHaveURL(new RegExp(first));
  await expect(page.getByRole("status").filter({ hasText: "Failed" })).toBeVisible();
  await expect(page.getByRole("log")).toContainText("no luck");
  await expect(retries(page)).toContainText("This repeats the run that was agreed to, by the yes of Noel.");
  await expect(retries(page)).toContainText("Retry 1, this one: Failed");
  // Who agreed sees it come and end on the page of the run that they agreed to.
  await expect(retries(netsec)).toContainText("Retry 1: Failed");
  await expect(retryButton(page, "1 of 2")).toBeVisible();

  await retries(netsec).getByRole("button", { name: "Withdraw" }).click();
  await expect(retries(netsec)).toContainText("Noel has withdrawn the retries.");
  await expect(retries(page)).toContainText("Noel has withdrawn the retries.");
  await expect(page.getByRole("button", { name: /^Retry \(/ })).toHaveCount(0);
  await retries(page).getByRole("link", { name: "the run that was agreed to" }).click();
  await expect(page).toHaveURL(new RegExp(first));
  expect((await api.runs()).length).toBe(2);
});

test("a run that nobody has allowed retries of shows nothing of them", async ({ page, people, runbooks }) => {
  await runbooks.install("gate", oneAction("Open up", "exit 3", { approve: "netsec" }));
  await signIn(page, "noc");
  const netsec = await people.other("netsec");
  await page.goto("/runbooks/gate");
  const card = new Card(page, "Open up");
  await card.press();
  await card.expectState("Awaiting approval");
  await netsec.goto("/approvals");
  await sayYes(netsec);
  await card.expectState("Failed");
  await card.openRun();
  await expect(page.getByRole("link", { name: "Run again" })).toBeVisible();
  await expect(retries(page)).toHaveCount(0);
  await expect(page.getByRole("button", { name: /^Retry/ })).toHaveCount(0);
});
