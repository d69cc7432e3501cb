// Signing in by name and password, and what the page says when that fails.

import AxeBuilder from "@axe-core/playwright";
import { config } from "../harness/config.ts";
import { expect, personMenu, signOut, test } from "../harness/test.ts";

const PASSWORD = "correct horse battery";

test.use({ setup: { config: config('[auth]\nmodes = ["password"]\n'), runbooks: "shipped" } });

test("a name and a password lead to the page that was wanted, and signing out back", async ({ page, server, complaints }) => {
  complaints.expect(/403/);
  await server.command(["user", "add", "noc"], PASSWORD);
  await page.goto("/runs?state=failed");
  const [name, password, button] = [page.getByRole("textbox", { name: "Name" }), page.getByLabel("Password"), page.getByRole("button", { name: "Sign in" })];
  await name.fill("noc");
  await password.fill("correct horse batterz");
  await button.click();
  await expect(page.getByRole("alert")).toHaveText("Name or password is wrong.");
  await expect(password, "it is to be typed again").toBeFocused();
  await expect(name, "and the name is not").toHaveValue("noc");
  await password.fill(PASSWORD);
  await password.press("Enter");
  await expect(personMenu(page)).toBeVisible();
  await expect(page).toHaveURL(/\/runs\?state=failed$/);
  await signOut(page);
  await expect(password).toBeVisible();
});

for (const scheme of ["light", "dark"] as const) {
  test(`the form can be read and reached by everybody on a ${scheme} page`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await page.goto("/");
    await expect(page.getByLabel("Password")).toBeVisible();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  });
}
