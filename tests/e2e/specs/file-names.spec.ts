import { oneAction } from "../harness/runbooks.ts";
import { expect, signIn, test } from "../harness/test.ts";

// Names that mean something in an address, at the top and in a folder that has such a name itself.
const NAMES = ["100%", "100%25", "what?", "a#b", "a b", "ü", "a+b", "v1.2", "x&y=z", "50%20x"];

test("a runbook opens from the catalog whatever its file is called, and again after a reload", async ({ page, runbooks }) => {
  test.setTimeout(400_000);
  const slugs = [...NAMES, ...NAMES.map((name) => `deep ${name}/${name}`)];
  const text = (slug: string) => oneAction("Act", "true", {}, `title: ${JSON.stringify(`Page of ${slug}.`)}`);
  await runbooks.installAll(slugs.map((slug) => ({ slug, text: text(slug) })));
  await signIn(page, "noc");
  for (const slug of slugs) {
    await test.step(slug, async () => {
      await page.goto("/");
      await page.getByRole("link", { name: `Page of ${slug}.`, exact: true }).click();
      const heading = page.getByRole("heading", { level: 1, name: `Page of ${slug}.`, exact: true });
      await expect.soft(heading).toBeVisible();
      await page.reload();
      await expect.soft(heading).toBeVisible();
    });
  }
});

test("the way back leads to a runbook with a percent sign in its name", async ({ page, runbooks }) => {
  await runbooks.install("100%25", oneAction("Act", "true", {}, "title: Percent"));
  await signIn(page, "noc");
  await page.goto("/");
  await page.getByRole("link", { name: "Percent", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Percent" })).toBeVisible();
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Runs" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Runs" })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("heading", { level: 1, name: "Percent" })).toBeVisible();
});

test("the folder's address without a name leads to the catalog", async ({ page }) => {
  await signIn(page, "noc");
  for (const path of ["/runbooks/", "/runbooks"]) {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1, name: "Runbooks" })).toBeVisible();
    await expect(page).toHaveURL(/\/$/);
  }
});
