// Whether a runbook can be trusted: owner, changes, review; its source, its history, and what changed.

import { execFileSync } from "node:child_process";
import { expect, signIn, test } from "../harness/test.ts";

const FRONT = `---
title: Bar pool
owner: "#middleware"
alerts: [BarPoolDown]
last_reviewed_on: 2020-01-31
review_in: 1 month
---
`;

function git(folder: string, ...args: string[]): void {
  const own = ["-c", "user.name=Nora", "-c", "user.email=nora@x.example", "-c", "init.defaultBranch=main"];
  execFileSync("git", [...own, "-C", folder, ...args], { env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null" } });
}

test("owner, alerts and an overdue review stand above the text", async ({ page, runbooks }) => {
  await runbooks.install("bar", `${FRONT}\nText.\n`);
  await runbooks.install("fresh", "---\nlast_reviewed_on: 2020-01-31\nreview_in: 900 years\n---\n# Fresh\n");
  await signIn(page, "noc");
  await page.goto("/runbooks/bar");
  const about = page.getByRole("list", { name: "About this runbook" });
  await expect(about).toContainText("Owner #middleware");
  await expect(about).toContainText("Review overdue since 2020-02-29");
  await expect(page.getByTitle("Answers this alert")).toContainText("BarPoolDown");
  await page.goto("/runbooks/fresh");
  await expect(about).toContainText("Reviewed 2020-01-31, again by 2920-01-31");
  await expect(about).not.toContainText("overdue");
  // The folder is no checkout: nothing promises a history.
  await expect(about.getByRole("link", { name: "View source" })).toBeVisible();
  await expect(about.getByRole("link", { name: "History" })).toHaveCount(0);
});

test("the source is shown as it stands, with line numbers, and can be copied", async ({ page, runbooks, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const source = `${FRONT}\nText with <b>markup</b> and \u202etricks.\n`;
  await runbooks.install("bar", source);
  await signIn(page, "noc");
  await page.goto("/runbooks/bar");
  await page.getByRole("link", { name: "View source" }).click();
  const shown = page.getByRole("group", { name: "Source" });
  await expect(shown).toContainText("owner: \"#middleware\"");
  await expect(shown).toContainText("<b>markup</b> and ⟨U+202E⟩tricks.");
  await page.getByRole("button", { name: "Copy source" }).click();
  await expect(page.getByRole("button", { name: "Copied" })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(source);
  await page.getByRole("link", { name: "Back to the runbook" }).click();
  await expect(page.getByRole("article")).toContainText("Text with markup");
});

test("the history tells who changed what, and opens each revision and its changes", async ({ page, runbooks, server }) => {
  git(server.runbooks, "init", "-q");
  await runbooks.install("bar", `${FRONT}\nOld text.\n`);
  git(server.runbooks, "add", ".");
  git(server.runbooks, "commit", "-qm", "Write it down");
  await runbooks.install("bar", `${FRONT}\nNew text.\n`);
  git(server.runbooks, "commit", "-qam", "Say it <b>better</b>");
  await runbooks.install("bar", `${FRONT}\nNewest text.\n`);
  await signIn(page, "noc");
  await page.goto("/runbooks/bar");
  await expect(page.getByRole("article")).toContainText("Newest text.");
  await expect(page.getByRole("list", { name: "About this runbook" })).toContainText("by Nora, and since then without a commit");
  await page.getByRole("link", { name: "History" }).click();
  const rows = page.getByRole("region", { name: "History" }).getByRole("listitem");
  await expect(rows).toHaveCount(3);
  await expect(rows.nth(0)).toContainText("Not committed yet");
  await expect(rows.nth(1)).toContainText("Say it <b>better</b>");
  await rows.nth(1).getByRole("link", { name: "Changes" }).click();
  const changes = page.getByRole("group", { name: "What changed in the file" });
  await expect(changes).toContainText("removed: Old text.");
  await expect(changes).toContainText("added: New text.");
  await page.goBack();
  await rows.nth(2).getByRole("link", { name: "Write it down" }).click();
  await expect(page.getByText("You are reading an old revision")).toBeVisible();
  await expect(page.getByRole("article")).toContainText("Old text.");
  await page.getByRole("link", { name: "View source" }).click();
  await expect(page.getByRole("group", { name: "Source" })).toContainText("Old text.");
});
