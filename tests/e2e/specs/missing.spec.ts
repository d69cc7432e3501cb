import { expect, signIn, test } from "../harness/test.ts";

test.beforeEach(async ({ page, complaints }) => {
  complaints.expect(/404/);
  await signIn(page, "noc");
});

for (const [what, address, list] of [
  ["runbook", "/runbooks/no/such", "All runbooks"],
  ["run", "/runs/no-such", "All runs"],
] as const) {
  test(`a ${what} that does not exist says so and leads to the list`, async ({ page }) => {
    await page.goto(address);
    const main = page.getByRole("main");
    await expect(main.getByRole("heading", { name: `There is no such ${what}` })).toBeVisible();
    await expect(page).toHaveTitle(`There is no such ${what} · Lastmile`);
    await expect(main.getByRole("button", { name: "Try again" })).toHaveCount(0);
    await main.getByRole("link", { name: list }).click();
    await expect(main.getByRole("heading", { level: 1 })).not.toContainText("There is no such");
  });
}
