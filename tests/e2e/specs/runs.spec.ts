import { Card } from "../harness/card.ts";
import { Gate } from "../harness/gate.ts";
import { oneAction } from "../harness/runbooks.ts";
import { expect, signIn, test } from "../harness/test.ts";

test.beforeEach(async ({ runbooks }) => {
  await runbooks.install("bar", oneAction("Restart bar", "echo bar", {}, "service: bar"));
  await runbooks.install("foo", oneAction("Restart foo", "exit 1", {}, "service: foo"));
});

test("who restarted this, and why: the list answers, filtered by its address", async ({ page, people }) => {
  await signIn(page, "noc");
  await page.goto("/runbooks/bar?reason=it+hung&ticket=INC-12");
  const bar = new Card(page, "Restart bar");
  await bar.press();
  await bar.expectState("Succeeded");
  const sre = await people.other("sre");
  await sre.goto("/runbooks/foo");
  const foo = new Card(sre, "Restart foo");
  await foo.press();
  await foo.expectState("Failed");

  await page.goto("/runs");
  await expect(page.getByRole("link", { name: "Restart bar" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Restart foo" })).toBeVisible();
  const row = page.getByRole("listitem").filter({ hasText: "Restart bar" });
  for (const part of ["Nora", "it hung", "INC-12", "Succeeded", "local"]) await expect(row).toContainText(part);

  await page.getByRole("combobox", { name: "Service" }).selectOption("bar");
  await expect(page).toHaveURL(/service=bar/);
  await expect(page.getByRole("link", { name: "Restart foo" })).toBeHidden();
  await page.goto("/runs?state=failed");
  await expect(page.getByRole("link", { name: "Restart foo" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Restart bar" })).toBeHidden();
  await page.goto("/runs?person=noc");
  await expect(page.getByRole("link", { name: "Restart bar" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Restart foo" })).toBeHidden();
  await page.goto("/runs?until=2020-01-01");
  await expect(page.getByRole("main")).toContainText(/no run/i);
  await expect(page.getByRole("link", { name: /^Restart/ })).toHaveCount(0);
});

test("a run's page tells all, and run again leads back to the filled-in action", async ({ page, api }) => {
  await signIn(page, "noc");
  await page.goto("/runbooks/bar?reason=it+hung&ticket=INC-12");
  const bar = new Card(page, "Restart bar");
  await bar.press();
  await bar.expectState("Succeeded");
  await bar.openRun();
  const main = page.getByRole("main");
  for (const part of ["Succeeded", "Nora", "it hung", "INC-12", "local", "echo bar"]) await expect(main).toContainText(part);
  await expect(page.getByRole("log")).toContainText("bar");
  await page.getByRole("link", { name: "Run again" }).click();
  await expect(bar.root).toBeInViewport();
  await expect(bar.field("Ticket")).toHaveValue("INC-12");
  expect(await api.runs()).toHaveLength(1);
  await bar.press();
  await expect.poll(async () => (await api.runs()).length).toBe(2);
});

test("a run in the list changes live", async ({ page, runbooks, server }) => {
  const gate = new Gate(server);
  await runbooks.install("slow", oneAction("Run slow", gate.wait));
  await signIn(page, "noc");
  await page.goto("/runbooks/slow");
  const card = new Card(page, "Run slow");
  await card.press();
  await card.expectState("Running");
  await page.goto("/runs");
  const row = page.getByRole("listitem").filter({ hasText: "Run slow" });
  await expect(row).toContainText("Running");
  await gate.open();
  await expect(row).toContainText("Succeeded");
});
