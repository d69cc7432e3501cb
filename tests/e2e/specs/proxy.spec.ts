// Signing in by what a reverse proxy says. The browser stands in for one: it comes from where the config believes it.

import { config } from "../harness/config.ts";
import { expect, personMenu, signOut, test } from "../harness/test.ts";

test.use({
  setup: { config: config('[auth]\nmodes = ["proxy"]\n[auth.proxy]\nfrom = ["127.0.0.1"]\nuser = "Remote-User"\n'), runbooks: "none" },
});

test("whom the proxy names is on the page that they wanted without a press", async ({ page, context }) => {
  await context.setExtraHTTPHeaders({ "Remote-User": "noc" });
  await page.goto("/runs?state=failed");
  await expect(personMenu(page)).toHaveAccessibleName(/Nora/);
  await expect(page).toHaveURL(/\/runs\?state=failed$/);
});

test("whoever signs out stays signed out until they press the button", async ({ page, context }) => {
  await context.setExtraHTTPHeaders({ "Remote-User": "noc" });
  await page.goto("/");
  await expect(personMenu(page)).toBeVisible();
  await signOut(page);
  const again = page.getByRole("button", { name: "Sign in as the proxy says" });
  await expect(again).toBeVisible();
  await again.click();
  await expect(personMenu(page)).toBeVisible();
});

test("where the header is missing the page says which one and what to do", async ({ page, complaints }) => {
  complaints.expect(/403/);
  await page.goto("/");
  await expect(page.getByText("no header `remote-user`")).toBeVisible();
  await expect(page.getByText(/\[auth\.proxy\] user/)).toBeVisible();
});
