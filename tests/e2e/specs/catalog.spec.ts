import { oneAction } from "../harness/runbooks.ts";
import { expect, signIn, test } from "../harness/test.ts";

const front = (title: string, more = "") => `title: ${title}\n${more}`;

test.beforeEach(async ({ page, runbooks }) => {
  await runbooks.install("bar/pool", oneAction("Restart", "true", {}, front("Bar pool will not start", "service: bar\ntags: [restart]")));
  await runbooks.install("network/port", oneAction("Open", "true", {}, front("Open a port", "service: network\ntags: [firewall]")));
  await signIn(page, "noc");
});

test("the catalog lists the runbooks of all folders", async ({ page }) => {
  await page.goto("/");
  await expect(page.getByRole("link", { name: "Bar pool will not start" })).toBeVisible();
  await page.getByRole("link", { name: "Open a port" }).click();
  await expect(page).toHaveURL(/\/runbooks\/network\/port$/);
  await expect(page.getByRole("heading", { name: "Open a port" })).toBeVisible();
});

test("a new file appears, a changed one changes and a removed one goes, without a reload", async ({ page, runbooks }) => {
  await page.goto("/");
  await expect(page.getByRole("link", { name: "Open a port" })).toBeVisible();
  await runbooks.install("new", "# A third one\n");
  await expect(page.getByRole("link", { name: "A third one" })).toBeVisible();
  await runbooks.install("new", "# A better title\n");
  await expect(page.getByRole("link", { name: "A better title" })).toBeVisible();
  await runbooks.remove("new");
  await expect(page.getByRole("link", { name: "A better title" })).toBeHidden();
});

test("a broken file is listed with its problems and hides no other", async ({ page, runbooks }) => {
  await runbooks.install("broken", oneAction("Break", "true", { aprove: "netsec" }, front("A broken one")));
  await runbooks.install("worse", "---\ntitle: [unclosed\n---\n\n# Worse\n");
  await page.goto("/");
  const broken = page.getByRole("listitem").filter({ hasText: "A broken one" });
  await expect(broken).toContainText("aprove");
  await expect(page.getByRole("listitem").filter({ hasText: "worse" }).first()).toContainText(/Error in line/);
  await expect(page.getByRole("link", { name: "Bar pool will not start" })).toBeVisible();
});

test("search finds by title, tag and service, and stands in the address", async ({ page }) => {
  await page.goto("/");
  const search = page.getByRole("searchbox");
  await search.fill("firewall");
  await expect(page.getByRole("link", { name: "Open a port" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Bar pool will not start" })).toBeHidden();
  await expect(page).toHaveURL(/q=firewall/);
  await page.reload();
  await expect(search).toHaveValue("firewall");
  await expect(page.getByRole("link", { name: "Bar pool will not start" })).toBeHidden();
  await search.fill("bar");
  await expect(page.getByRole("link", { name: "Bar pool will not start" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Open a port" })).toBeHidden();
});

test("filters stand in the address and survive going back", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("combobox", { name: "Service" }).selectOption("network");
  await expect(page).toHaveURL(/service=network/);
  await expect(page.getByRole("link", { name: "Bar pool will not start" })).toBeHidden();
  await page.getByRole("link", { name: "Open a port" }).click();
  await page.goBack();
  await expect(page.getByRole("combobox", { name: "Service" })).toHaveValue("network");
  await expect(page.getByRole("link", { name: "Bar pool will not start" })).toBeHidden();
});

test("a search that finds nothing says so", async ({ page }) => {
  await page.goto("/?q=nothing-like-this");
  await expect(page.getByRole("main")).toContainText(/no runbook/i);
});

test("the runbook that does not exist says so", async ({ page, complaints }) => {
  complaints.expect(/404/);
  await page.goto("/runbooks/not/here");
  await expect(page.getByRole("main")).toContainText(/no runbook|not found|no such/i);
});
