import { Card } from "../harness/card.ts";
import { expect, signIn, test } from "../harness/test.ts";

test.use({ setup: { config: null, runbooks: "shipped" } });

test("every type of input can be typed in the tour, and reaches the script", async ({ page }) => {
  await signIn(page, "noc");
  await page.goto("/runbooks/lastmile/format-tour");
  const card = new Card(page, "Show every input");
  await card.field("name").fill("Ada");
  await card.field("message").fill("one\ntwo");
  await card.field("count").fill("7");
  await card.field("share").fill("0.25");
  await card.root.getByRole("switch", { name: "loud" }).check();
  await card.choose("red");
  await card.root.getByRole("checkbox", { name: "monday" }).check();
  await card.root.getByLabel("password").fill("correct-horse-battery");
  await card.root.getByLabel(/^day\b/).fill("2027-02-03");
  await card.field("pause").fill("1m30s");
  await card.field("occasion").fill("birthday");
  await card.press();
  await card.expectState("Succeeded");
  for (const line of ["Ada", "one", "two", "7", "0.25", "true", "red", "monday", "tuesday", "2027-02-03", "90", "birthday"]) {
    await expect(card.log).toContainText(line);
  }
  await expect(card.log).not.toContainText("correct-horse-battery");
});

test("optional inputs that are left empty are set and empty", async ({ page }) => {
  await signIn(page, "noc");
  await page.goto("/runbooks/lastmile/format-tour");
  const card = new Card(page, "Show every input");
  await card.press();
  await card.expectState("Succeeded");
});

test("an input that depends on another shows only where it applies", async ({ page }) => {
  await signIn(page, "noc");
  await page.goto("/runbooks/lastmile/format-tour");
  const card = new Card(page, "Show every input");
  await expect(card.field("name")).toBeVisible();
  await expect(card.field("occasion")).toBeHidden();
  await card.root.getByRole("switch", { name: "loud" }).check();
  await expect(card.field("occasion")).toBeVisible();
});
