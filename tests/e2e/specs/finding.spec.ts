import { Card } from "../harness/card.ts";
import { oneAction } from "../harness/runbooks.ts";
import { expect, signIn, test } from "../harness/test.ts";

const POOL = `---
title: Bar pool will not start
service: bar
tags: [restart]
alerts: [BarPoolDown]
last_reviewed_on: 2020-01-01
review_in: 6 months
inputs:
  pool: {type: string, default: blue}
---
# Bar pool will not start

Look first.

${"A line of text.\n\n".repeat(60)}
## Drain the evictor

Wait until the <pod> has left, then ask the evictor.

\`\`\`sh
#| action: Restart
#| inputs: [pool]
echo "pool $pool"
\`\`\`
`;

test.beforeEach(async ({ page, runbooks }) => {
  await runbooks.install("bar/pool", POOL);
  await runbooks.install("network/port", "---\ntitle: Open a port\nservice: network\ntags: [firewall, restart]\n---\n\nNo action.\n");
  await runbooks.install("network/KubePodCrashLooping", oneAction("Look", "true", {}, "title: A pod crashes"));
  await signIn(page, "noc");
});

test("a search in the text shows where, marked, and leads to the section", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("searchbox").fill("evictor");
  const row = page.getByRole("listitem").filter({ hasText: "Bar pool will not start" });
  await expect(row.locator("mark").first()).toHaveText("evictor");
  await expect(row).toContainText("Wait until the <pod> has left, then ask the evictor.");
  await row.getByRole("link", { name: /Drain the evictor/ }).click();
  await expect(page).toHaveURL(/\/runbooks\/bar\/pool#drain-the-evictor$/);
  await expect(page.getByRole("heading", { name: "Drain the evictor" })).toBeInViewport();
});

test("a slip in a name, a part of a name and a name that is still being typed all find it", async ({ page }) => {
  await page.goto("/");
  for (const typed of ["firewlal", "crashloop", "pod crash", "Kube-Pod", "netw"]) {
    await page.getByRole("searchbox").fill(typed);
    const title = typed === "firewlal" ? "Open a port" : typed === "netw" ? "Open a port" : "A pod crashes";
    await expect(page.getByRole("link", { name: title })).toBeVisible();
    await expect(page.getByRole("link", { name: "Bar pool will not start" })).toBeHidden();
  }
});

test("whatever is typed or pasted, the page goes on working", async ({ page }) => {
  await page.goto("/");
  const search = page.getByRole("searchbox");
  for (const typed of ['"', "*", "NEAR(", "-", ":", "🔥", "' OR 1=1", "x".repeat(10_000), "%", "<b>&amp;"]) {
    await search.fill(typed);
    await expect(page.getByRole("main")).toContainText(/No runbook matches|runbooks/);
  }
  await search.fill("firewall");
  await expect(page.getByRole("link", { name: "Open a port" })).toBeVisible();
});

test("an older answer never overwrites a newer one", async ({ page }) => {
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route(/\/api\/v1\/runbooks\?q=evictor/, async (route) => {
    const answer = await route.fetch();
    await held;
    await route.fulfill({ response: answer });
  });
  await page.goto("/");
  const asked = page.waitForRequest(/q=evictor/);
  await page.getByRole("searchbox").fill("evictor");
  await asked;
  await page.getByRole("searchbox").fill("firewall");
  await expect(page.getByRole("link", { name: "Open a port" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Bar pool will not start" })).toBeHidden();
  const late = page.waitForResponse(/q=evictor/);
  release();
  await late;
  await page.getByRole("searchbox").press("End");
  await expect(page.getByRole("link", { name: "Open a port" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Bar pool will not start" })).toBeHidden();
});

test("the keyboard alone searches, goes through the results and opens one", async ({ page }) => {
  await page.goto("/");
  await expect(page.getByRole("link", { name: "Open a port" })).toBeVisible();
  await page.keyboard.press("/");
  const search = page.getByRole("searchbox");
  await expect(search).toBeFocused();
  // At once: an answer to the last letter, when the focus is among the results already, may draw them anew.
  await page.keyboard.insertText("restart");
  await expect(search).toHaveValue("restart");
  await expect(page.getByRole("link", { name: "A pod crashes" })).toBeHidden();
  const links = page.locator("#runbook-results .row__link");
  await expect(links).toHaveCount(2);
  await page.keyboard.press("ArrowDown");
  await expect(links.nth(0)).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(links.nth(1)).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  await expect(search).toBeFocused();
  await page.keyboard.press("ArrowDown");
  const title = (await links.nth(0).textContent()) ?? "";
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
});

test("filters combine, count, and stand in the address", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("combobox", { name: "Tag" }).selectOption("restart");
  await expect(page.getByRole("status").filter({ hasText: "2 of 3 runbooks" })).toBeVisible();
  await page.getByRole("button", { name: "Has actions (1)" }).click();
  await expect(page.getByRole("link", { name: "Open a port" })).toBeHidden();
  await page.getByRole("button", { name: "Review overdue (1)" }).click();
  await expect(page).toHaveURL(/tag=restart&actions=1&overdue=1/);
  await page.reload();
  await expect(page.getByRole("button", { name: "Has actions (1)" })).toHaveAttribute("aria-pressed", "true");
  await expect(page.getByRole("listitem").filter({ hasText: "Bar pool will not start" })).toContainText("Review overdue");
  await page.getByRole("searchbox").fill("firewall");
  await page.getByRole("button", { name: "Search without the filters" }).click();
  await expect(page.getByRole("link", { name: "Open a port" })).toBeVisible();
});

test("a link in an alert leads straight to its runbook and fills in its inputs", async ({ page }) => {
  await page.goto("/");
  await page.goto("/alerts/BarPoolDown?pool=green&ticket=INC-1");
  await expect(page).toHaveURL(/\/runbooks\/bar\/pool\?pool=green&ticket=INC-1$/);
  const card = new Card(page, "Restart");
  await expect(card.field("pool")).toHaveValue("green");
  await page.goBack();
  await expect(page).toHaveURL(/\/$/);
  await page.goto("/alerts/kube-pod_crashlooping");
  await expect(page.getByRole("heading", { level: 1, name: "A pod crashes" })).toBeVisible();
});

test("whoever follows an alert's link signed out comes to the runbook after signing in", async ({ people, complaints }) => {
  // The page that is left may still be asking for something.
  complaints.expect(/401/);
  const other = await people.other("sre");
  await other.context().clearCookies();
  await other.goto("/alerts/BarPoolDown?pool=red");
  await other.getByRole("main").getByRole("button", { name: /Sam/ }).click();
  await expect(other).toHaveURL(/\/runbooks\/bar\/pool\?pool=red$/);
  await expect(new Card(other, "Restart").field("pool")).toHaveValue("red");
});

test("several runbooks for an alert are a choice, and none says how to have one", async ({ page, runbooks }) => {
  await runbooks.install("other", "---\ntitle: The other way\nalerts: [barpool-down]\n---\n");
  await expect(async () => {
    await page.goto("/alerts/BarPoolDown?pool=green");
    await expect(page.getByRole("link", { name: "The other way" })).toBeVisible({ timeout: 10_000 });
  }).toPass();
  await page.getByRole("link", { name: "Bar pool will not start" }).click();
  await expect(new Card(page, "Restart").field("pool")).toHaveValue("green");

  await page.goto("/alerts/Nothing Like This 100%25");
  await expect(page.getByRole("main")).toContainText("No runbook answers this alert");
  await expect(page.getByRole("main")).toContainText('alerts: ["Nothing Like This 100%"]');
  await page.getByRole("link", { name: /^Search for/ }).click();
  await expect(page.getByRole("searchbox")).toHaveValue("Nothing Like This 100%");
});

test("alerts with dots, blanks, slashes and percent signs in their names have pages", async ({ page, runbooks }) => {
  const name = "Disk.Full 100% /var/log.d?#1";
  await runbooks.install("disk", `---\ntitle: The disk is full\nalerts: [${JSON.stringify(name)}]\n---\n`);
  for (const path of [encodeURIComponent(name), "Disk.Full%20100%25%20/var/log.d%3F%231"]) {
    await expect(async () => {
      await page.goto(`/alerts/${path}`);
      await expect(page.getByRole("heading", { level: 1, name: "The disk is full" })).toBeVisible({ timeout: 10_000 });
    }).toPass();
    await expect(page).toHaveURL(/\/runbooks\/disk$/);
  }
});
