import type { Page } from "@playwright/test";
import { Card } from "../harness/card.ts";
import { config } from "../harness/config.ts";
import { expect, expectToFit, sayYes, signIn, test, toAnswer } from "../harness/test.ts";

const NICK = '[people.nick]\nname = "Nick"\nteams = ["netsec"]\n';
test.use({ setup: { config: config(NICK), runbooks: "none" } });

/** A gated action with an input, a check that comes first, and another way out. */
function runbook(script: string): string {
  return `---
inputs:
  pool: {type: choice, options: [blue, green], default: blue}
---
# The gate

\`\`\`sh
#| action: Look first
#| kind: check
true
\`\`\`

\`\`\`sh
#| action: Open up
#| inputs: [pool]
#| after: [look-first]
#| approve: netsec
${script}
\`\`\`

\`\`\`sh
#| action: Drain it
#| danger: Drops sessions
true
\`\`\`
`;
}

/** Has the check run and asks for the action; with a yes of `by` it runs to its end. */
async function ask(page: Page, pool: string, reason: string, by?: Page): Promise<Card> {
  await page.goto("/runbooks/gate");
  const look = new Card(page, "Look first");
  await look.press();
  await look.expectState("Succeeded");
  const card = new Card(page, "Open up");
  await card.choose(pool);
  await card.root.getByRole("textbox", { name: "Reason" }).fill(reason);
  await card.press();
  await card.expectState("Awaiting approval");
  if (by) {
    await by.goto("/approvals");
    await sayYes(by);
    await card.expectState("Succeeded");
  }
  return card;
}

test("whoever is asked sees on one screen what is new, where it would run, and what came of it before", async ({ page, people, runbooks }) => {
  await runbooks.install("gate", runbook("echo opened\necho done"));
  await signIn(page, "noc");
  const netsec = await people.other("netsec");
  await ask(page, "blue", "The first time", netsec);
  await runbooks.install("gate", runbook("echo opened\u202E wide\necho done"));
  await ask(page, "green", "Bar is down", undefined);

  await netsec.goto("/approvals");
  const request = netsec.getByRole("article", { name: "Open up" });
  await expect(request).toContainText("Bar is down");
  const judging = request.getByRole("region", { name: "To judge it by" });
  await expect(judging).toContainText("1 line new, 1 gone");
  await expect(judging).toContainText(/pool = green\s*changed, was blue/);
  await expect(judging).toContainText("Nothing else runs on local");
  await expect(judging.getByRole("list", { name: "Its last runs" })).toContainText(/Succeeded.*by Nora/);
  await expect(judging).toContainText("1 of 1 done");
  await expect(judging.getByRole("link", { name: "Drain it" })).toHaveAttribute("href", "/runbooks/gate#drain-it");
  await expect(judging).toContainText("Drops sessions");

  await judging.getByText("What changed in the script").click();
  const change = judging.getByRole("group", { name: "What changed in the script" });
  await expect(change).toContainText("removed: echo opened");
  await expect(change).toContainText("added: echo opened⟨U+202E⟩ wide");
  await judging.getByText("Done first").click();
  await expect(judging).toContainText(/Look first: done/);

  await netsec.setViewportSize({ width: 360, height: 740 });
  await expectToFit(netsec, 360);
  await judging.getByRole("link", { name: "its last success" }).click();
  await expect(netsec.getByRole("log")).toContainText("opened");
});

test("an answer says what it rests on, also that one can't judge", async ({ page, people, runbooks, api }) => {
  await runbooks.install("gate", runbook("echo opened"));
  await signIn(page, "noc");
  const netsec = await people.other("netsec");
  const card = await ask(page, "blue", "Bar is down");
  const [run] = await api.runs();
  await netsec.goto(`/runs/${run?.id}`);
  await expect(netsec.getByRole("region", { name: "To judge it by" })).toContainText("never succeeded here");
  await netsec.getByRole("button", { name: "Yes, run it" }).click();
  await expect(netsec.getByText("Say first what your answer rests on.")).toBeVisible();
  await card.expectState("Awaiting approval");
  await sayYes(netsec, "I can't judge this from here");
  await card.expectState("Succeeded");
  await card.openRun();
  await expect(page.getByRole("main")).toContainText(/Noel.*agreed.*I can't judge this from here/);
  await expect(page.getByRole("region", { name: "To judge it by" })).toHaveCount(0);
});

test("somebody who is asked asks a colleague instead, who is told and answers", async ({ page, people, runbooks, api }) => {
  await runbooks.install("gate", runbook("echo opened"));
  await signIn(page, "noc");
  const [noel, nick] = [await people.other("netsec"), await people.other("nick")];
  const card = await ask(page, "blue", "Bar is down");
  const [run] = await api.runs();
  await noel.goto(`/runs/${run?.id}`);
  await noel.getByText("Ask somebody else").click();
  await noel.getByRole("combobox", { name: "Who" }).selectOption("Nick");
  await noel.getByRole("textbox", { name: "Why them" }).fill("You built that gate");
  await noel.getByRole("button", { name: "Ask them" }).click();
  await expect(noel.getByRole("main")).toContainText(/Noel asked Nick to answer instead/);

  await expect(nick.getByRole("region", { name: "News" })).toContainText("Noel asks you to answer: Open up on local");
  await expect(toAnswer(nick)).toHaveText("1 to answer");
  await expect(toAnswer(noel)).toHaveText("");
  await noel.goto("/approvals");
  await expect(noel.getByRole("region", { name: "You asked somebody else" })).toContainText("Noel asked Nick to answer. You still may.");
  await nick.goto("/approvals");
  await expect(nick.getByRole("article", { name: "Open up" })).toContainText("You built that gate");
  await sayYes(nick);
  await card.expectState("Succeeded");
});

test("afterwards one says whether it was the right call, and the report counts gates and names nobody", async ({ page, people, runbooks }) => {
  await runbooks.install("gate", runbook("echo opened"));
  await signIn(page, "noc");
  const netsec = await people.other("netsec");
  const card = await ask(page, "blue", "Bar is down");
  await netsec.goto("/approvals");
  const seen = netsec.waitForResponse((response) => response.url().endsWith("/looks") && response.request().postData()?.includes("checks") === true);
  await netsec.getByText("Done first").click();
  await seen;
  await sayYes(netsec, "The process wants a name");
  await card.expectState("Succeeded");
  await card.openRun();
  await expect(page.getByRole("main")).toContainText(/after they first saw it, opened what was done first/);
  const hindsight = page.getByRole("group", { name: "Was it the right call?" });
  await hindsight.getByRole("button", { name: "Yes" }).click();
  await expect(hindsight).toContainText(/Nora: Yes/);

  await page.goto("/approvals");
  await page.getByRole("link", { name: "Which gates are worth having" }).click();
  const gate = page.getByRole("row", { name: /netsec for Open up/ });
  await expect(gate).toContainText("1 (100 %)");
  await expect(page.getByRole("main")).not.toContainText(/Nora|Noel/);
  await page.setViewportSize({ width: 360, height: 740 });
  await expectToFit(page, 360);
});
