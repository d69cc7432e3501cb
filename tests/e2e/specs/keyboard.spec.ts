import type { Locator, Page } from "@playwright/test";
import { Card } from "../harness/card.ts";
import { oneAction } from "../harness/runbooks.ts";
import { expect, signIn, test } from "../harness/test.ts";

/** Presses Tab until `target` has the focus, and checks that the focus can be seen there. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) {
      const outlined = await target.evaluate((element) => {
        const seen = [element, element.parentElement].map((it) => it && getComputedStyle(it));
        // A row draws the outline of its link around all of itself.
        seen.push(getComputedStyle(element, "::after"));
        return seen.some((style) => style && ((style.outlineStyle !== "none" && style.outlineWidth !== "0px") || style.boxShadow !== "none"));
      });
      expect(outlined, "the focus can be seen").toBe(true);
      return;
    }
    await page.keyboard.press("Tab");
  }
  throw new Error("80 presses of Tab did not lead there");
}

test("an action is found, filled in, run and cancelled with the keyboard alone", async ({ page, runbooks }) => {
  const script = 'echo "pool $pool in $environment"; sleep 600';
  const inputs = "inputs:\n  pool: {type: string}\n  environment: {type: choice, options: [qa, prod], default: qa}\n";
  await runbooks.install("keys", oneAction("Restart", script, { grace: "1s" }, `title: By keyboard\n${inputs}`));
  await signIn(page, "noc");
  await page.goto("/");
  await tabTo(page, page.getByRole("link", { name: "By keyboard" }));
  await page.keyboard.press("Enter");
  const card = new Card(page, "Restart");
  await expect(card.button).toBeVisible();
  await tabTo(page, card.field("pool"));
  await page.keyboard.type("blue");
  await tabTo(page, card.root.getByRole("radio", { name: "qa" }));
  await page.keyboard.press("ArrowDown");
  await tabTo(page, card.button);
  await page.keyboard.press("Enter");
  await expect(card.log).toContainText("pool blue in prod");
  await tabTo(page, card.root.getByRole("button", { name: "Cancel" }));
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("dialog").getByRole("button", { name: "Cancel run" }));
  await page.keyboard.press("Enter");
  await card.expectState("Cancelled");
});

test("enter in a field starts nothing", async ({ page, runbooks, api }) => {
  await runbooks.install("keys", oneAction("Restart", 'echo "$pool"', {}, "inputs:\n  pool: {type: string}\n"));
  await signIn(page, "noc");
  await page.goto("/runbooks/keys");
  const card = new Card(page, "Restart");
  await card.field("pool").fill("blue");
  await page.keyboard.press("Enter");
  await expect(card.field("pool")).toHaveValue("blue");
  expect(await api.runs()).toEqual([]);
});

test("the first stop of every page skips to the content", async ({ page }) => {
  await signIn(page, "noc");
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  const inMain = await page.evaluate(() => document.activeElement?.closest("main") !== null);
  expect(inMain).toBe(true);
});
