import { Card } from "../harness/card.ts";
import { oneAction } from "../harness/runbooks.ts";
import { expect, signIn, test, toAnswer } from "../harness/test.ts";

test("who watches an action is told when it runs, and nobody waits for them", async ({ page, people, runbooks }) => {
  await runbooks.install("gate", oneAction("Open up", "echo opened"));
  await signIn(page, "noc");
  const watcher = await people.other("sre");
  await watcher.goto("/runbooks/gate");
  const toggle = new Card(watcher, "Open up").root.getByRole("button", { name: "Watch this action" });
  await expect(toggle).toHaveAttribute("aria-pressed", "false");
  await toggle.click();
  await expect(toggle).toHaveAttribute("aria-pressed", "true");
  // News is told to whoever is there.
  const there = watcher.waitForResponse(/\/api\/v1\/events/);
  await watcher.goto("/watching");
  await expect(watcher.getByRole("region", { name: "Watched" })).toContainText("gate#open-up");
  await there;

  await page.goto("/runbooks/gate");
  const card = new Card(page, "Open up");
  await card.press();
  await card.expectState("Succeeded");
  const news = watcher.getByRole("region", { name: "News" });
  await expect(news).toContainText("Open up on local: succeeded");
  await expect(toAnswer(watcher)).toHaveText("");
  await expect(watcher.getByRole("region", { name: "Their newest runs" })).toContainText("Open up");
  await news.getByRole("link", { name: /succeeded/ }).click();
  await expect(watcher).toHaveURL(/\/runs\//);

  await watcher.goto("/watching");
  await watcher.getByRole("button", { name: /^Watch gate#open-up/ }).click();
  await expect(watcher.getByText("You watch nothing yet")).toBeVisible();
});

test("a runbook and a target are watched by their own buttons", async ({ page, runbooks }) => {
  await runbooks.install("gate", oneAction("Open up", "echo opened"));
  await signIn(page, "noc");
  await page.goto("/runbooks/gate");
  await page.getByRole("button", { name: "Watch this runbook" }).click();
  await page.getByRole("button", { name: "Watch target local" }).click();
  await page.goto("/approvals");
  await page.getByRole("link", { name: "What you watch" }).click();
  const watched = page.getByRole("region", { name: "Watched" });
  await expect(watched.getByRole("link", { name: "gate" })).toBeVisible();
  await expect(watched).toContainText("Targetlocal");
});

test.describe("browser notifications", () => {
  test.use({ permissions: ["notifications"] });

  test("are asked for by a button only, and can be switched off", async ({ page }) => {
    await signIn(page, "noc");
    await page.goto("/watching");
    await page.getByRole("button", { name: "Notify me in this browser" }).click();
    const on = page.getByRole("button", { name: "Notifications are on" });
    await expect(on).toBeVisible();
    await page.reload();
    await on.click();
    await expect(page.getByRole("button", { name: "Notify me in this browser" })).toBeVisible();
  });
});
