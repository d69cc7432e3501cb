// Answers that arrive when what asked for them has left the page: they change nothing, and the app goes on.

import type { Page } from "@playwright/test";
import { Card } from "../harness/card.ts";
import { config } from "../harness/config.ts";
import { oneAction, type RunbookFolder } from "../harness/runbooks.ts";
import { expect, sayYes, signIn, test } from "../harness/test.ts";

const NICK = '[people.nick]\nname = "Nick"\nteams = ["netsec"]\n';

test.use({ setup: { config: config(NICK), runbooks: "none" } });

/** Something to wait for, and what ends the waiting. */
function signal(): { came: Promise<void>; tell: () => void } {
  let tell = () => {};
  const came = new Promise<void>((resolve) => (tell = resolve));
  return { came, tell };
}

interface Held {
  /** The server has answered, and the page does not know it yet. */
  answered: Promise<void>;
  /** Lets the page have the answer, and waits until it has it. */
  release(): Promise<void>;
}

/** Keeps the answers to what the page does at these addresses from it. */
async function hold(page: Page, address: RegExp): Promise<Held> {
  const [answered, released] = [signal(), signal()];
  const isDeed = (method: string) => method !== "GET";
  await page.route(address, async (route) => {
    if (!isDeed(route.request().method())) return route.fallback();
    const response = await route.fetch();
    answered.tell();
    await released.came;
    await route.fulfill({ response });
  });
  const release = async () => {
    const had = page.waitForResponse((response) => address.test(response.url()) && isDeed(response.request().method()));
    released.tell();
    await (await had).finished();
  };
  return { answered: answered.came, release };
}

/** Goes to the list of runs inside the app. */
async function goToRuns(page: Page): Promise<void> {
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Runs" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Runs" })).toBeVisible();
}

/** Leaves the page while its answer is kept, and sees that the app stands the answer. */
async function leaveEarly(page: Page, held: Held): Promise<void> {
  await held.answered;
  await goToRuns(page);
  await held.release();
  await page.getByRole("link", { name: "Lastmile" }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: "Runbooks" })).toBeVisible();
}

/** noc asks for what needs netsec's yes. */
async function askForGate(page: Page, runbooks: RunbookFolder): Promise<Card> {
  await runbooks.install("gate", oneAction("Open up", "echo opened", { approve: "netsec" }));
  await signIn(page, "noc");
  await page.goto("/runbooks/gate");
  const card = new Card(page, "Open up");
  await card.press();
  await card.expectState("Awaiting approval");
  return card;
}

test("a yes: the news of it takes the request away before the answer comes", async ({ page, people, runbooks }) => {
  const card = await askForGate(page, runbooks);
  const netsec = await people.other("netsec");
  await netsec.goto("/approvals");
  const held = await hold(netsec, /\/runs\/.+\/approvals$/);
  await sayYes(netsec);
  await held.answered;
  await card.expectState("Succeeded");
  await expect(netsec.getByRole("article", { name: "Open up" })).toHaveCount(0);
  await held.release();
  await goToRuns(netsec);
});

test("a yes, from the run's page", async ({ page, people, runbooks, api }) => {
  await askForGate(page, runbooks);
  const netsec = await people.other("netsec");
  await netsec.goto(`/runs/${(await api.runs())[0]?.id}`);
  const held = await hold(netsec, /\/runs\/.+\/approvals$/);
  await sayYes(netsec);
  await leaveEarly(netsec, held);
});

test("asking a colleague instead", async ({ page, people, runbooks }) => {
  await askForGate(page, runbooks);
  const netsec = await people.other("netsec");
  await netsec.goto("/approvals");
  await netsec.getByText("Ask somebody else").click();
  await netsec.getByRole("combobox", { name: "Who" }).selectOption("Nick");
  await netsec.getByRole("textbox", { name: "Why them" }).fill("You built it");
  const held = await hold(netsec, /\/referrals$/);
  await netsec.getByRole("button", { name: "Ask them" }).click();
  await leaveEarly(netsec, held);
});

test("whether it was the right call", async ({ page, people, runbooks }) => {
  const card = await askForGate(page, runbooks);
  const netsec = await people.other("netsec");
  await netsec.goto("/approvals");
  await sayYes(netsec);
  await card.expectState("Succeeded");
  await card.openRun();
  const held = await hold(page, /\/verdict$/);
  await page.getByRole("group", { name: "Was it the right call?" }).getByRole("button", { name: "Yes" }).click();
  await leaveEarly(page, held);
});

test("a ticked step", async ({ page, runbooks }) => {
  await runbooks.install("steps", "# Steps\n\n- [ ] Tell the business <!-- step: {name: tell} -->\n");
  await signIn(page, "noc");
  await page.goto("/runbooks/steps");
  const held = await hold(page, /\/api\/v1\/steps$/);
  await page.getByRole("checkbox", { name: "Tell the business" }).click();
  await leaveEarly(page, held);
});

test("a run that was asked for", async ({ page, runbooks }) => {
  await runbooks.install("one", oneAction("Do it", "echo done"));
  await signIn(page, "noc");
  await page.goto("/runbooks/one");
  const held = await hold(page, /\/api\/v1\/runs$/);
  await new Card(page, "Do it").press();
  await leaveEarly(page, held);
});

test("a token that is made", async ({ page }) => {
  await signIn(page, "noc");
  await page.goto("/tokens");
  await page.getByRole("textbox", { name: "Name" }).fill("Nightly");
  const held = await hold(page, /\/api\/v1\/tokens$/);
  await page.getByRole("button", { name: "Make token" }).click();
  await leaveEarly(page, held);
});

test("a field that has the focus when its page is left", async ({ page, runbooks }) => {
  await runbooks.install("retype", oneAction("Drop", "true", { retype: "$pool" }, "inputs:\n  pool: {type: string, default: blue}\n"));
  await signIn(page, "noc");
  await page.goto("/");
  await page.getByRole("link", { name: "Drop page" }).click();
  await new Card(page, "Drop").root.getByRole("textbox", { name: /Type .* to confirm/ }).pressSequentially("gre");
  await page.goBack();
  await expect(page.getByRole("heading", { level: 1, name: "Runbooks" })).toBeVisible();
});
