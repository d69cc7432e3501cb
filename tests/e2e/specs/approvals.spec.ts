import type { Page } from "@playwright/test";
import { Card, runIdOf } from "../harness/card.ts";
import { config } from "../harness/config.ts";
import { oneAction } from "../harness/runbooks.ts";
import { expect, sayNo, sayYes, signIn, test, toAnswer } from "../harness/test.ts";

const YES = "Yes, run it";

/** Asks for the one action of `slug` as the person of `page`. */
async function ask(page: Page, slug: string, label: string): Promise<Card> {
  await page.goto(`/runbooks/${slug}`);
  const card = new Card(page, label);
  await card.press();
  await card.expectState("Awaiting approval");
  return card;
}

test("somebody of the team says yes, and the run starts by itself while the requester watches", async ({ page, people, runbooks, api }) => {
  await runbooks.install("gate", oneAction("Open up", "echo opened", { approve: "netsec" }));
  await signIn(page, "noc");
  const netsec = await people.other("netsec");
  const card = await ask(page, "gate", "Open up");
  await expect(toAnswer(netsec)).toHaveText("1 to answer");
  const [run] = await api.runs();
  await netsec.goto(`/runs/${run?.id}`);
  await netsec.getByRole("textbox", { name: "Comment" }).fill("For one hour");
  await sayYes(netsec);
  await card.expectState("Succeeded");
  await expect(card.log).toContainText("opened");
  await card.openRun();
  await expect(page.getByRole("main")).toContainText(/Noel.*agreed/);
  await expect(page.getByRole("main")).toContainText("For one hour");
});

test("a no ends the request, with the comment", async ({ page, people, runbooks, api }) => {
  await runbooks.install("gate", oneAction("Open up", "echo opened", { approve: "netsec" }));
  await signIn(page, "noc");
  const netsec = await people.other("netsec");
  const card = await ask(page, "gate", "Open up");
  const [run] = await api.runs();
  await netsec.goto(`/runs/${run?.id}`);
  await netsec.getByRole("textbox", { name: "Comment" }).fill("Not during the audit");
  await sayNo(netsec);
  await card.expectState("Rejected");
  await card.openRun();
  await expect(page.getByRole("main")).toContainText("Not during the audit");
  expect((await api.run(runIdOf(page))).log.lines).toBe(0);
});

test.describe("with two people in one team", () => {
  test.use({ setup: { config: config('[people.nick]\nname = "Nick"\nteams = ["netsec"]\n'), runbooks: "none" } });

  test("the requester can't agree to their own run, by the page or by hand", async ({ page, people, runbooks, api }) => {
    await runbooks.install("gate", oneAction("Open up", "echo opened", { approve: "netsec" }));
    await signIn(page, "netsec");
    const nick = await people.other("nick");
    const card = await ask(page, "gate", "Open up");
    await expect(toAnswer(page)).toHaveText("");
    await card.openRun();
    await expect(page.getByRole("heading", { name: "Approval" })).toBeVisible();
    await expect(page.getByRole("button", { name: YES })).toBeHidden();
    const id = runIdOf(page);
    const { digest } = await api.run(id);
    const refused = await api.post(`/runs/${id}/approvals`, { digest, answer: "yes", judgement: "checked" });
    expect(refused.status()).toBe(403);

    await nick.goto(`/runs/${id}`);
    await sayYes(nick);
    await expect(page.getByRole("log")).toContainText("opened");
  });
});

test("people of other teams see the request but can't answer it", async ({ page, people, runbooks, api }) => {
  await runbooks.install("gate", oneAction("Open up", "echo opened", { approve: "netsec" }));
  await signIn(page, "noc");
  await ask(page, "gate", "Open up");
  const sre = await people.other("sre");
  const [run] = await api.runs();
  await sre.goto(`/runs/${run?.id}`);
  await expect(sre.getByRole("heading", { name: "Approval" })).toBeVisible();
  await expect(sre.getByRole("button", { name: YES })).toBeHidden();
});

test("the same action asked for again offers to join the first", async ({ page, people, runbooks, api, complaints }) => {
  complaints.expect(/409/);
  await runbooks.install("gate", oneAction("Open up", "echo opened", { approve: "netsec" }));
  await signIn(page, "noc");
  await ask(page, "gate", "Open up");
  const sre = await people.other("sre");
  await sre.goto("/runbooks/gate");
  const card = new Card(sre, "Open up");
  await card.press();
  await expect(card.root).toContainText("already under way");
  const [first] = await api.runs();
  await card.root.getByRole("link", { name: "Join that run" }).click();
  await expect(sre).toHaveURL(new RegExp(`/runs/${first?.id}`));
  expect(await api.runs()).toHaveLength(1);

  await sre.goto("/runbooks/gate");
  await card.press();
  await card.root.getByRole("button", { name: "Ask separately" }).click();
  await expect.poll(async () => (await api.runs()).length).toBe(2);
});

test.describe("with requests that expire soon", () => {
  test.use({ setup: { config: config('[approval]\nexpires = "10s"\n'), runbooks: "none" } });

  test("a request that nobody answers expires, and says so live", async ({ page, people, runbooks }) => {
    await runbooks.install("gate", oneAction("Open up", "echo opened", { approve: "netsec" }));
    await signIn(page, "noc");
    const netsec = await people.other("netsec");
    const card = await ask(page, "gate", "Open up");
    await expect(toAnswer(netsec)).toHaveText("1 to answer");
    await card.expectState("Expired", 60_000);
    await expect(toAnswer(netsec)).toHaveText("");
  });
});

test.describe("with approvals that come late", () => {
  test.use({ setup: { config: config('[approval]\nauto_start = "0s"\n'), runbooks: "none" } });

  test("a run that was agreed to late waits for the requester to press start", async ({ page, people, runbooks, api }) => {
    await runbooks.install("gate", oneAction("Open up", "echo opened", { approve: "netsec" }));
    await signIn(page, "noc");
    const netsec = await people.other("netsec");
    const card = await ask(page, "gate", "Open up");
    const [run] = await api.runs();
    await netsec.goto(`/runs/${run?.id}`);
    await sayYes(netsec);
    await card.expectState("Approved");
    await card.openRun();
    await page.getByRole("button", { name: "Start" }).click();
    await expect(page.getByRole("log")).toContainText("opened");
  });
});

test("whoever has to agree is told when the runbook changes while the request waits", async ({ page, people, runbooks, api }) => {
  await runbooks.install("gate", oneAction("Open up", "echo opened", { approve: "netsec" }));
  await signIn(page, "noc");
  await ask(page, "gate", "Open up");
  const netsec = await people.other("netsec");
  const [run] = await api.runs();
  await netsec.goto(`/runs/${run?.id}`);
  await expect(netsec.getByRole("button", { name: YES })).toBeVisible();
  await runbooks.install("gate", oneAction("Open up", "echo something else", { approve: "netsec" }));
  await expect(netsec.getByText("The runbook's action does something else by now")).toBeVisible();
  await sayYes(netsec);
  await expect(netsec.getByRole("log")).toContainText("opened");
});

test("the requester withdraws a request that waits", async ({ page, people, runbooks }) => {
  await runbooks.install("gate", oneAction("Open up", "echo opened", { approve: "netsec" }));
  await signIn(page, "noc");
  const netsec = await people.other("netsec");
  const card = await ask(page, "gate", "Open up");
  await expect(toAnswer(netsec)).toHaveText("1 to answer");
  await card.cancel();
  await card.expectState("Cancelled");
  await expect(toAnswer(netsec)).toHaveText("");
});
