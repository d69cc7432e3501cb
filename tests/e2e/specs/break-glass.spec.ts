import type { Page } from "@playwright/test";
import { Card } from "../harness/card.ts";
import { config } from "../harness/config.ts";
import { oneAction } from "../harness/runbooks.ts";
import type { Setup } from "../harness/server.ts";
import { expect, signIn, test, toAnswer } from "../harness/test.ts";

const RULES = `
permit (principal, action == Action::"run", resource);
@review("middleware")
permit (principal in Team::"noc", action == Action::"breakGlass", resource);
`;

/** Everybody may run, noc may break the glass, middleware reviews it. */
function setup(approval = ""): Setup {
  return { config: `policies = "policies"\n${config(approval)}`, runbooks: "none", policies: RULES };
}

async function breakGlass(page: Page, reason: string): Promise<Card> {
  await page.goto("/runbooks/gate");
  const card = new Card(page, "Open up");
  await card.root.getByRole("button", { name: "Break the glass…" }).click();
  const dialog = page.getByRole("dialog", { name: "Break the glass: Open up" });
  await expect(dialog).toContainText("It does not wait for 1 of netsec.");
  await dialog.getByRole("button", { name: "Run it now" }).click();
  await expect(dialog.getByRole("alert")).toContainText("Say why");
  await dialog.getByRole("textbox", { name: "Why can't it wait?" }).fill(reason);
  await dialog.getByRole("button", { name: "Run it now" }).click();
  return card;
}

test.describe("break-glass", () => {
  test.use({ setup: setup() });

  test("it starts at once with a reason, is marked, and somebody else reviews it", async ({ page, people, runbooks }) => {
    await runbooks.install("gate", oneAction("Open up", "echo opened", { approve: "netsec" }));
    await signIn(page, "noc");
    const reviewer = await people.other("middleware");
    await expect(toAnswer(reviewer)).toHaveText("");
    const card = await breakGlass(page, "Bar is down and nobody answers");
    await card.expectState("Succeeded");
    await expect(card.root).toContainText("Break-glass");
    await expect(card.root).toContainText("Bar is down and nobody answers");
    await expect(toAnswer(page)).toHaveText("");

    await expect(toAnswer(reviewer)).toHaveText("1 to review");
    await expect(reviewer).toHaveTitle(/^\(1\) /);
    await reviewer.goto("/approvals");
    await reviewer.getByRole("region", { name: "To review" }).getByRole("link", { name: "Open up" }).click();
    await expect(reviewer.getByRole("main")).toContainText("1 of netsec would have had to agree.");
    const form = reviewer.getByRole("group", { name: "Review" });
    await form.getByRole("button", { name: "It was right" }).click();
    await expect(form.getByRole("alert")).toContainText("Say in a few words");
    await form.getByRole("textbox", { name: "What did you find?" }).fill("It was down indeed");
    await form.getByRole("button", { name: "It was right" }).click();
    await expect(form).toBeHidden();
    await expect(toAnswer(reviewer)).toHaveText("");
    await card.openRun();
    await expect(page.getByRole("main")).toContainText(/Mika.*reviewed it.*it was right/);
    await expect(page.getByRole("main")).toContainText("It was down indeed");
    await page.goto("/runs");
    await expect(page.getByRole("main").getByRole("listitem").first()).toContainText("Break-glass");
  });

  test("who has no right is not offered it, and can't have it by hand either", async ({ page, runbooks, api }) => {
    await runbooks.install("gate", oneAction("Open up", "echo opened", { approve: "netsec" }));
    await signIn(page, "sre");
    await page.goto("/runbooks/gate");
    const card = new Card(page, "Open up");
    await expect(card.root).toContainText("Needs a yes from 1 of netsec.");
    await expect(card.root.getByRole("button", { name: "Break the glass…" })).toHaveCount(0);
    expect(await api.runs()).toHaveLength(0);
  });
});

test.describe("with reviews that are due at once", () => {
  test.use({ setup: setup('[approval]\nreview = "0s"\n') });

  test("an overdue review is shown to everybody", async ({ page, people, runbooks }) => {
    await runbooks.install("gate", oneAction("Open up", "echo opened", { approve: "netsec" }));
    await signIn(page, "noc");
    const card = await breakGlass(page, "It burns");
    await card.expectState("Succeeded");
    await expect(card.root).toContainText("review overdue");
    const other = await people.other("sre");
    await other.goto("/approvals");
    await expect(other.getByRole("main")).toContainText("The review of a broken glass is overdue");
    await expect(other.getByRole("main")).toContainText("one of middleware must look at it");
  });
});
