// What was searched for: marked in the lines, counted, kept in the address.

import type { Locator, Page } from "@playwright/test";
import { Card } from "../harness/card.ts";
import { oneAction } from "../harness/runbooks.ts";
import { expect, signIn, test } from "../harness/test.ts";

/** Runs a script to its end and gives the address of its run. */
async function run(page: Page, label: string): Promise<string> {
  await signIn(page, "noc");
  await page.goto("/runbooks/search");
  const card = new Card(page, label);
  await card.press();
  await card.expectState("Succeeded");
  await card.openRun();
  await expect(page).toHaveURL(/\/runs\/[^/]+$/);
  return page.url();
}

const marks = (log: Locator) => log.locator("mark");

// A match may begin in one colour and end in another.
const SCRIPT = `for i in $(seq 1 3000); do case $i in 500|1500|2500) printf 'disk Fai\\033[31mled %s, not FAILING\\033[0m\\n' $i;; *) echo "row $i";; esac; done
echo "see https://example.org/failed/page"
echo "::group::Failed tables"
echo "::endgroup::"`;

test("the words of a match are marked where they stand, across colours and in links", async ({ page, runbooks }) => {
  await runbooks.install("search", oneAction("Search", SCRIPT));
  const address = await run(page, "Search");
  await page.goto(`${address}#L1`);
  const log = page.getByRole("log");
  await expect(log.getByText("row 1", { exact: true })).toBeVisible();
  await expect(marks(log)).toHaveCount(0);

  await page.keyboard.press("/");
  await page.keyboard.type("failed");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("search")).toContainText("1 of 5");
  await expect(marks(log)).toHaveText(["Fai", "led"]);
  await expect(log.getByText("disk Failed 500, not FAILING")).toBeInViewport();

  await test.step("n and N step through the matches from inside the log, g goes to a line or points at several", async () => {
    await log.focus();
    await page.keyboard.press("n");
    await expect(page.getByRole("search")).toContainText("2 of 5");
    await expect(log.getByText("disk Failed 1500, not FAILING")).toBeInViewport();
    await page.keyboard.press("Shift+N");
    await expect(page.getByRole("search")).toContainText("1 of 5");
    await page.keyboard.press("g");
    await page.keyboard.type("120-122");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(`${address}?q=failed#L120-L122`);
    await expect(log.getByText("row 121", { exact: true })).toBeInViewport();
    await expect(log.locator(".log-row--target")).toHaveCount(3);
  });
  await test.step("they stay marked while one reads on, also where text is a link or a group's head", async () => {
    await log.press("End");
    await expect(log.getByRole("link", { name: "https://example.org/failed/page" }).locator("mark")).toHaveText("failed");
    await expect(log.getByRole("button", { name: "Failed tables" }).locator("mark")).toHaveText("Failed");
  });
  await test.step("an expression marks what it matches", async () => {
    await page.getByRole("searchbox").fill("see \\w+");
    await page.getByRole("button", { name: "Regular expression" }).click();
    await expect(marks(log)).toHaveText(["see ", "https"]);
  });
  await test.step("an emptied search marks nothing", async () => {
    await page.getByRole("searchbox").fill("");
    await page.getByRole("searchbox").press("Enter");
    await expect(marks(log)).toHaveCount(0);
  });
});

test("search and filter stand in the address, and the link shows the same to somebody else", async ({ page, people, runbooks }) => {
  await runbooks.install("search", oneAction("Search", SCRIPT));
  const address = await run(page, "Search");
  const search = page.getByRole("search");
  await page.getByRole("searchbox").fill("Failed \\d");
  await page.getByRole("searchbox").press("Enter");
  await expect(search).toContainText("No match");
  await expect(page).toHaveURL(`${address}?q=Failed%20%5Cd`);
  await page.getByRole("button", { name: "Regular expression" }).click();
  await expect(page).toHaveURL(`${address}?q=Failed%20%5Cd&regex=1`);
  await page.getByRole("button", { name: "Match case" }).click();
  await expect(search).toContainText("of 3");
  await page.getByRole("button", { name: "Only matches" }).click();
  await expect(page).toHaveURL(`${address}?q=Failed%20%5Cd&regex=1&case=1&only=1`);

  const log = page.getByRole("log");
  await log.getByRole("link", { name: "Line 1501", exact: true }).click();
  await expect(page).toHaveURL(`${address}?q=Failed%20%5Cd&regex=1&case=1&only=1#L1501`);
  await log.getByRole("link", { name: "Line 1503", exact: true }).click({ modifiers: ["Shift"] });
  await expect(page).toHaveURL(/only=1#L1501-L1503$/);

  const other = await people.other("sre");
  await other.goto(page.url());
  const theirs = other.getByRole("log");
  await expect(other.getByRole("searchbox")).toHaveValue("Failed \\d");
  await expect(other.getByRole("button", { name: "Only matches" })).toHaveAttribute("aria-pressed", "true");
  await expect(theirs.getByText("row 1502", { exact: true })).toBeInViewport();
  await expect(theirs.getByText("row 1504", { exact: true })).toHaveCount(0);
  for (const number of [500, 1500, 2500]) await expect(theirs.getByText(`disk Failed ${number}`)).toBeAttached();
  await expect(theirs.locator(".log-row--target")).toHaveCount(3);

  await page.getByRole("button", { name: "Only matches" }).click();
  await expect(page).not.toHaveURL(/only=1/);
  await page.getByRole("searchbox").fill("");
  await page.getByRole("searchbox").press("Enter");
  await expect(page).toHaveURL(`${address}#L1501-L1503`);
});
