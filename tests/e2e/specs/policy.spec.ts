import { Card } from "../harness/card.ts";
import { config } from "../harness/config.ts";
import { oneAction } from "../harness/runbooks.ts";
import { expect, signIn, test } from "../harness/test.ts";

const FROZEN = `
[targets.frozen]
environment = "prod"
team = "netsec"
approve = ["middleware"]
[[freezes]]
name = "year end"
from = 2020-01-01
until = 2120-01-01
targets = ["frozen"]
`;

test.use({ setup: { config: config(FROZEN), runbooks: "none" } });

test("who must agree, and why, stands at the button before anybody presses it", async ({ page, runbooks }) => {
  await runbooks.install("frozen", oneAction("Go", "echo inside", { target: "frozen" }));
  await signIn(page, "noc");
  await page.goto("/runbooks/frozen");
  const card = new Card(page, "Go");
  await expect(card.root).toContainText("Needs a yes from 1 of middleware and 1 of netsec.");
  await expect(card.root).toContainText("netsec: change freeze: year end");
  await expect(card.root).toContainText("middleware: target frozen asks for it");
  await card.press();
  await card.expectState("Awaiting approval");
});

test("a gate that nobody else could open is told before the click, with the reason", async ({ page, runbooks }) => {
  await runbooks.install("frozen", oneAction("Go", "echo inside", { target: "frozen" }));
  await signIn(page, "netsec");
  await page.goto("/runbooks/frozen");
  const card = new Card(page, "Go");
  await expect(card.button).toBeDisabled();
  await expect(card.root).toContainText("1 of netsec must agree (change freeze: year end), and only 0 could besides you.");
});
