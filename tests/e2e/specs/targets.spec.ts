import { Card } from "../harness/card.ts";
import { config } from "../harness/config.ts";
import { oneAction } from "../harness/runbooks.ts";
import { expect, signIn, test } from "../harness/test.ts";

const TARGETS = `
[targets.wrapped]
environment = "prod"
command = ["sh", "-c", "echo wrapped; exec \\"$@\\"", "sh"]
[targets.guarded]
environment = "prod"
approve = ["netsec"]
[targets.others]
environment = "prod"
may_run = ["middleware"]
`;

test.use({ setup: { config: config(TARGETS), runbooks: "none" } });

test("a target's wrapper carries the script and its inputs", async ({ page, runbooks }) => {
  await runbooks.install("wrapped", oneAction("Go", 'echo "inside $pool"', { target: "wrapped" }, "inputs:\n  pool: {type: string, default: it's blue}\n"));
  await signIn(page, "noc");
  await page.goto("/runbooks/wrapped");
  const card = new Card(page, "Go");
  await expect(card.root).toContainText("prod");
  await card.press();
  await card.expectState("Succeeded");
  await expect(card.log).toContainText("wrapped");
  await expect(card.log).toContainText("inside it's blue");
});

test("a gate of the target holds though the document asks for nothing", async ({ page, runbooks }) => {
  await runbooks.install("guarded", oneAction("Go", "echo inside", { target: "guarded" }));
  await signIn(page, "noc");
  await page.goto("/runbooks/guarded");
  const card = new Card(page, "Go");
  await expect(card.root).toContainText("1 of netsec");
  await card.press();
  await card.expectState("Awaiting approval");
});

test("who may not run something is told before pressing", async ({ page, runbooks }) => {
  await runbooks.install("others", oneAction("Go", "echo inside", { target: "others" }));
  await signIn(page, "noc");
  await page.goto("/runbooks/others");
  const card = new Card(page, "Go");
  await expect(card.button).toBeDisabled();
  await expect(card.root).toContainText("You may not run this");
});
