import { readFile } from "node:fs/promises";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import type { Api } from "../harness/api.ts";
import { Card } from "../harness/card.ts";
import { config } from "../harness/config.ts";
import { oneAction } from "../harness/runbooks.ts";
import { expect, expectToFit, signIn, test } from "../harness/test.ts";

const READERS = `
[audit]
may_read = ["sre"]
[targets.theirs]
environment = "prod"
may_run = ["netsec"]
`;

test.use({ setup: { config: config(READERS), runbooks: "none" } });

const auditLink = (page: Page) => page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Audit" });
const entries = (page: Page) => page.getByRole("main").getByRole("listitem").filter({ hasText: /#\d+/ });

/** noc signs in and runs something. */
async function nocRuns(page: Page): Promise<void> {
  await signIn(page, "noc");
  await page.goto("/runbooks/open");
  const card = new Card(page, "Open up");
  await card.press();
  await card.expectState("Succeeded");
}

/** Past the card, whose button is off: asks for what only others may run. */
async function askInVain(api: Api): Promise<void> {
  const { revision, current_actions: [[action, action_digest]] } = await (await api.get("/runbooks/shut")).json();
  const answer = await api.post("/runs", { runbook: "shut", revision, action, action_digest, idempotency_key: "key-00000001" });
  expect(answer.status()).toBe(403);
}

test.beforeEach(async ({ runbooks }) => {
  await runbooks.installAll([
    { slug: "open", text: oneAction("Open up", "echo opened", { target: "local" }) },
    { slug: "shut", text: oneAction("Shut down", "echo shut", { target: "theirs" }) },
  ]);
});

test("who may not read the record has no link to it, and is told who may", async ({ page, complaints }) => {
  complaints.expect(/403/);
  await signIn(page, "noc");
  await expect(auditLink(page)).toBeHidden();
  await page.goto("/audit");
  await expect(page.getByRole("main")).toContainText("You may not read the audit record");
  await expect(page.getByRole("main")).toContainText("Only sre may read the audit record. Ask one of them.");
  await expect(page.getByRole("link", { name: /Export/ })).toBeHidden();
  await expect(page.getByRole("group", { name: "Filter the audit record" })).toBeHidden();
});

test("a person, an action, a target and a run are followed by their names, and the address says so", async ({ page, people }) => {
  await nocRuns(page);
  const sre = await people.other("sre");
  await auditLink(sre).click();
  await expect(sre).toHaveURL(/\/audit$/);
  await expect(sre.getByRole("heading", { name: "Audit" })).toBeVisible();
  await expect(entries(sre).first()).toContainText("session.begun");
  const request = entries(sre).filter({ hasText: "run.requested" });
  for (const part of ["Nora", "open", "open-up", "local"]) await expect(request).toContainText(part);

  await request.getByRole("link", { name: "Nora" }).click();
  await expect(sre).toHaveURL(/person=noc/);
  await expect(entries(sre).filter({ hasText: "Sam" })).toHaveCount(0);
  await expect(sre.getByRole("combobox", { name: "Person" })).toHaveValue("noc");

  await sre.goto("/audit");
  await request.getByRole("link", { name: "open-up" }).click();
  await expect(sre).toHaveURL(/runbook=open&action=open-up/);
  await expect(entries(sre).filter({ hasText: "run.succeeded" })).toHaveCount(1);
  await expect(entries(sre).filter({ hasText: "session." })).toHaveCount(0);
  await sre.getByRole("button", { name: "Action: open-up" }).click();
  await expect(sre).toHaveURL(/runbook=open$/);

  await request.getByRole("link", { name: "local" }).click();
  await expect(sre).toHaveURL(/target=local/);
  await request.getByRole("link", { name: "All of this run" }).click();
  await expect(sre).toHaveURL(/run=[0-9a-f-]{36}/);
  await expect(entries(sre).last()).toContainText("run.requested");

  await sre.getByRole("combobox", { name: "Deed" }).selectOption("session.begun");
  await expect(sre.getByRole("main")).toContainText("No entry matches");
  await sre.getByRole("button", { name: "Clear the filters" }).click();
  await expect(sre).toHaveURL(/\/audit$/);
  await expect(request).toBeVisible();
});

test("a refusal shows its sentence, and the rules behind it in the details", async ({ page, people, api }) => {
  await signIn(page, "noc");
  await askInVain(api);
  const sre = await people.other("sre");
  await sre.goto("/audit?did=refused");
  const refusal = entries(sre);
  await expect(refusal).toContainText("Only netsec may run on theirs. Ask one of them.");
  await expect(refusal).toContainText("run.request");
  await expect(refusal).toContainText("theirs");
  await refusal.getByText("Details", { exact: true }).click();
  await expect(refusal).toContainText("may_run of target theirs (config)");
  await expect(refusal).toContainText("forbids");
  await expect(refusal.getByLabel("The entry")).toContainText('"did": "refused"');
});

test("what is newer is told and shown when it is asked for", async ({ page, people }) => {
  await signIn(page, "sre");
  await page.goto("/audit");
  await expect(entries(page).first()).toContainText("#1");
  await people.other("noc");
  await page.getByRole("button", { name: "1 newer entry" }).click();
  await expect(entries(page).first()).toContainText("#2");
  await expect(entries(page).first()).toContainText("Nora");
  await expect(page.getByRole("button", { name: /newer/ })).toBeHidden();
});

test("a time narrows the record by the reader's own clock", async ({ page }) => {
  await signIn(page, "sre");
  await page.goto("/audit");
  const from = page.getByLabel("From");
  await from.fill("2020-01-01T00:00");
  await from.dispatchEvent("change");
  await expect(page).toHaveURL(/since=2020-01-01T00%3A00/);
  await expect(entries(page).first()).toBeVisible();
  await page.goto("/audit?until=2020-01-01T00:00");
  await expect(page.getByRole("main")).toContainText("No entry matches");
});

test("exports have the filters of the page, and a name with the day", async ({ page, people }) => {
  await signIn(page, "sre");
  await people.other("noc");
  await page.goto("/audit?person=noc");
  await expect(entries(page)).toHaveCount(1);
  for (const [name, end] of [["Export CSV", "csv"], ["Export JSON lines", "jsonl"]] as const) {
    const downloads = page.waitForEvent("download");
    await page.getByRole("link", { name }).click();
    const download = await downloads;
    expect(download.suggestedFilename()).toMatch(new RegExp(`^lastmile-audit-\\d{4}-\\d\\d-\\d\\d\\.${end}$`));
    const text = await readFile(await download.path(), "utf8");
    expect(text).toContain("session.begun");
    expect(text).not.toContain("sre");
  }
});

test("a server that does not answer is told with a way to try again", async ({ page, complaints }) => {
  complaints.expect(/500/);
  await signIn(page, "sre");
  await page.route("**/api/v1/audit", (route) => route.fulfill({ status: 500, json: { code: "internal", message: "It broke." } }), { times: 1 });
  await page.goto("/audit");
  await expect(page.getByRole("alert")).toContainText("It broke.");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(entries(page).first()).toBeVisible();
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`in ${colorScheme} axe finds nothing, and at 360 pixels nothing sticks out`, async ({ page, people, api }) => {
    await nocRuns(page);
    await askInVain(api);
    const sre = await people.other("sre");
    await sre.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await sre.goto("/audit");
    const refusal = entries(sre).filter({ hasText: "refused" });
    await refusal.getByText("Details", { exact: true }).click();
    await expect(refusal.getByLabel("The entry")).toBeVisible();
    expect((await new AxeBuilder({ page: sre }).analyze()).violations.map(({ id, help }) => `${id}: ${help}`)).toEqual([]);
    await sre.setViewportSize({ width: 360, height: 740 });
    await expectToFit(sre, 360);
  });
}
