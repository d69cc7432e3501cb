// What is wrong with a runbook, where its author and its operators see it.

import { Card } from "../harness/card.ts";
import { oneAction } from "../harness/runbooks.ts";
import { expect, signIn, test } from "../harness/test.ts";

const CARELESS = `${oneAction("Restart", 'eval "$1"', { target: "nowhere" }, "owner: noc")}
## See also

[the other one](gone.md)
`;

test("the page says what the linter says: what takes a button away at the action, the rest above the text", async ({ page, runbooks }) => {
  await runbooks.install("careless", CARELESS);
  await signIn(page, "noc");
  await page.goto("/runbooks/careless");
  const card = new Card(page, "Restart");
  await expect(card.root.getByRole("listitem").filter({ hasText: "nowhere" })).toBeVisible();

  const above = page.locator(".file-problems");
  await expect(above.getByText("in this file")).toBeVisible();
  await expect(above.getByRole("listitem").first(), "warnings are folded: they are for the author").toBeHidden();
  await above.getByText("in this file").click();
  await expect(above.getByRole("listitem").filter({ hasText: "eval" })).toBeVisible();
  const link = above.getByRole("listitem").filter({ hasText: "gone.md" });
  await expect(link, "and says what to do").toContainText(/Correct|correct|remove|Remove/);

  await test.step("its line leads to the source", async () => {
    const line = CARELESS.split("\n").findIndex((text) => text.includes("gone.md")) + 1;
    await link.getByRole("link", { name: `line ${line}`, exact: true }).click();
    await expect(page.locator(`#L${line}`)).toBeFocused();
    await expect(page.locator(`#L${line}`)).toContainText("[the other one](gone.md)");
    await page.reload();
    await expect(page.locator(`#L${line}`)).toBeFocused();
  });
});

test("who follows a link into the source keeps their place when the colours come", async ({ page, runbooks }) => {
  let go = () => {};
  const held = new Promise<void>((resolve) => {
    go = resolve;
  });
  await page.route("**/api/v1/highlight/**", async (route) => {
    await held;
    await route.continue();
  });
  await runbooks.install("careless", CARELESS);
  await signIn(page, "noc");
  await page.goto("/runbooks/careless");
  await page.locator(".file-problems").getByText("in this file").click();
  await page.getByRole("link", { name: "line 10", exact: true }).click();
  const line = page.locator("#L10");
  await expect(line).toBeFocused();

  const answered = page.waitForResponse("**/api/v1/highlight/**");
  go();
  await (await answered).finished();
  await page.evaluate(() => new Promise(requestAnimationFrame).then(() => new Promise(requestAnimationFrame)));
  await expect(line).toBeFocused();
});
