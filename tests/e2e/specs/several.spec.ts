import AxeBuilder from "@axe-core/playwright";
import { readdir } from "node:fs/promises";
import { Card } from "../harness/card.ts";
import { config } from "../harness/config.ts";
import { several } from "../harness/several.ts";
import { expect, signIn, test, toAnswer } from "../harness/test.ts";

const NODES = [1, 2, 3, 4].map((n) => `[targets.node-${n}]\nenvironment = "prod"\napprove = ["netsec"]\n`).join("");

test.use({ setup: { config: config(NODES), runbooks: "none" } });

/** The nodes whose scripts have run. */
async function ran(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.startsWith("node-")).sort();
}

test("four targets are one press, one request and one judgement, and those start that were agreed to", async ({ page, people, runbooks }, testInfo) => {
  const marks = testInfo.outputPath();
  await runbooks.install("nodes", several(`touch '${marks}/'"$node"`));
  await signIn(page, "noc");
  const netsec = await people.other("netsec");

  await page.goto("/runbooks/nodes");
  const card = new Card(page, "Restart");
  await card.root.getByRole("button", { name: "Choose several of node" }).click();
  for (const n of [1, 2, 3, 4]) await card.root.getByRole("checkbox", { name: `node-${n}` }).check();
  await expect(card.root).toContainText("Needs a yes from 1 of netsec.");
  await card.root.getByRole("textbox", { name: "Reason" }).fill("A new kernel");
  await card.root.getByRole("button", { name: "Restart (4 runs)" }).click();
  await expect(card.state.first()).toHaveText("4 awaiting approval");

  await expect(toAnswer(netsec)).toHaveText("1 to answer");
  await netsec.goto("/approvals");
  const entry = netsec.getByRole("article", { name: "Restart: 4 runs" });
  await expect(entry).toContainText("A new kernel");
  await expect(netsec.getByRole("article")).toHaveCount(1);
  await entry.getByRole("link", { name: "Look and answer" }).click();

  await expect(netsec.getByRole("heading", { name: "Restart: 4 runs" })).toBeVisible();
  await expect(netsec.getByRole("region", { name: "To judge it by" })).toBeVisible();
  await netsec.getByRole("radio", { name: "I checked it" }).check();
  await netsec.getByRole("button", { name: "Yes, run the ticked" }).click();
  await expect(netsec.getByRole("main")).toContainText("Tick the runs first");
  await netsec.getByRole("checkbox", { name: "All runs that wait" }).check();
  await netsec.getByRole("checkbox", { name: "Answer node-3" }).uncheck();
  await netsec.getByRole("button", { name: "Yes, run these 3" }).click();

  await expect(card.state.first()).toHaveText("1 awaiting approval, 3 succeeded");
  expect(await ran(marks)).toEqual(["node-1", "node-2", "node-4"]);
  await expect(toAnswer(netsec)).toHaveText("1 to answer");

  // What was left out still waits, for the same page, and can be withdrawn by its requester.
  await card.root.getByRole("link", { name: "Open request" }).click();
  await expect(page.getByRole("main").getByRole("status").first()).toHaveText("1 awaiting approval, 3 succeeded");
  await expect(page.getByRole("main")).toContainText("You asked for these runs yourself");
  await page.getByRole("button", { name: "Cancel all that has not ended" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel runs" }).click();
  await expect(netsec.getByRole("main").getByRole("status").first()).toHaveText("3 succeeded, 1 cancelled");
  await expect(toAnswer(netsec)).toHaveText("");
  expect(await ran(marks)).toEqual(["node-1", "node-2", "node-4"]);
});

test("a request that is refused because of one run says which, and nothing was asked for", async ({ page, people, runbooks, api, complaints }, testInfo) => {
  complaints.expect(/409 \(Conflict\)/);
  await runbooks.install("nodes", several(`touch '${testInfo.outputPath()}/'"$node"`));
  await signIn(page, "noc");
  const sre = await people.other("sre");
  await sre.goto("/runbooks/nodes");
  const theirs = new Card(sre, "Restart");
  await theirs.root.getByRole("combobox", { name: "node" }).selectOption("node-2");
  await theirs.press();
  await theirs.expectState("Awaiting approval");

  await page.goto("/runbooks/nodes");
  const card = new Card(page, "Restart");
  await card.root.getByRole("button", { name: "Choose several of node" }).click();
  await card.root.getByRole("button", { name: "Restart", exact: true }).click();
  await expect(card.root).toContainText("Choose at least one.");
  for (const n of [1, 2]) await card.root.getByRole("checkbox", { name: `node-${n}` }).check();
  await card.root.getByRole("button", { name: "Restart (2 runs)" }).click();
  await expect(card.root).toContainText("Nothing was asked for, because of run 2 (node=node-2)");
  expect(await api.runs()).toHaveLength(1);
  await card.root.getByRole("button", { name: "Ask separately" }).click();
  await expect(card.state.first()).toHaveText("2 awaiting approval");
});

test("one chosen value is one run as ever", async ({ page, runbooks }) => {
  await runbooks.install("nodes", several("true"));
  await signIn(page, "noc");
  await page.goto("/runbooks/nodes");
  const card = new Card(page, "Restart");
  await card.root.getByRole("button", { name: "Choose several of node" }).click();
  await card.root.getByRole("checkbox", { name: "node-3" }).check();
  await card.press();
  await card.expectState("Awaiting approval");
  await card.openRun();
  await expect(page.getByRole("main")).toContainText("node-3");
});

test("the card with several values and the request's page can be used by everybody, also at 360 pixels", async ({ page, people, runbooks, api }) => {
  await runbooks.install("nodes", several("true"));
  await signIn(page, "noc");
  const netsec = await people.other("netsec");
  await page.goto("/runbooks/nodes");
  const card = new Card(page, "Restart");
  await card.root.getByRole("button", { name: "Choose several of node" }).click();
  for (const n of [1, 2]) await card.root.getByRole("checkbox", { name: `node-${n}` }).check();
  await card.root.getByRole("button", { name: "Restart (2 runs)" }).click();
  await expect(card.state.first()).toHaveText("2 awaiting approval");
  const [run] = await api.runs();
  await netsec.goto(`/requests/${run?.batch?.id}`);
  await expect(netsec.getByRole("region", { name: "To judge it by" })).toBeVisible();
  for (const colorScheme of ["light", "dark"] as const) {
    for (const where of [page, netsec]) {
      await where.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      const { violations } = await new AxeBuilder({ page: where }).analyze();
      expect(violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`))).toEqual([]);
    }
  }
  for (const where of [page, netsec]) {
    await where.setViewportSize({ width: 360, height: 740 });
    const width = () => where.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    await expect.poll(width).toBe(0);
  }
});
