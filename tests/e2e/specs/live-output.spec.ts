import { Card } from "../harness/card.ts";
import { Gate } from "../harness/gate.ts";
import { readThrough } from "../harness/log.ts";
import { oneAction } from "../harness/runbooks.ts";
import { expect, signIn, test } from "../harness/test.ts";

test("output appears while the action still runs", async ({ page, runbooks, server }) => {
  const gate = new Gate(server);
  await runbooks.install("slow", oneAction("Run slow", `echo ready\n${gate.wait}\necho finished`));
  await signIn(page, "noc");
  await page.goto("/runbooks/slow");
  const card = new Card(page, "Run slow");
  await card.press();
  await expect(card.log).toContainText("ready");
  await card.expectState("Running");
  await expect(card.log).not.toContainText("finished");
  await gate.open();
  await card.expectState("Succeeded");
  await expect(card.log).toContainText("finished");
});

test("standard error is told apart from standard output", async ({ page, runbooks }) => {
  await runbooks.install("two", oneAction("Speak twice", "echo to-out\necho to-err >&2"));
  await signIn(page, "noc");
  await page.goto("/runbooks/two");
  const card = new Card(page, "Speak twice");
  await card.press();
  await card.expectState("Succeeded");
  await expect(card.log).toContainText("to-out");
  await expect(card.log).toContainText("to-err");
  await expect(card.log.getByRole("img", { name: "Standard error" })).toHaveCount(1);
});

test("a failed action says so, with its exit code, and keeps its output", async ({ page, runbooks }) => {
  await runbooks.install("bad", oneAction("Fail", "echo before\nexit 7"));
  await signIn(page, "noc");
  await page.goto("/runbooks/bad");
  const card = new Card(page, "Fail");
  await card.press();
  await card.expectState("Failed");
  await expect(card.root).toContainText("exit code 7");
  await expect(card.log).toContainText("before");
});

test("a reload in the middle of a run loses no line", async ({ page, runbooks, server }) => {
  const [first, second] = [new Gate(server, "first"), new Gate(server, "second")];
  const count = (from: number, to: number) => `for i in $(seq ${from} ${to}); do echo "line $i"; done`;
  const script = [count(1, 40), first.wait, count(41, 80), second.wait, count(81, 120)].join("\n");
  await runbooks.install("long", oneAction("Run long", script));
  await signIn(page, "noc");
  await page.goto("/runbooks/long");
  const card = new Card(page, "Run long");
  await card.press();
  await expect(card.log).toContainText("line 40");

  const reloaded = page.reload();
  await first.open();
  await reloaded;
  await card.expectState("Running");
  await expect(card.log).toContainText("line 80");
  await card.openRun();
  const log = page.getByRole("log");
  await expect(log).toContainText("line 80");
  await second.open();
  await expect(log).toContainText("line 120");
  const lines = await readThrough(log, 120);
  expect(lines).toEqual(Array.from({ length: 120 }, (_, index) => `line ${index + 1}`));
});

test("a second tab sees the same run live", async ({ page, context, runbooks, server }) => {
  const gate = new Gate(server);
  await runbooks.install("slow", oneAction("Run slow", `echo ready\n${gate.wait}\necho finished`));
  await signIn(page, "noc");
  await page.goto("/runbooks/slow");
  const second = await context.newPage();
  await second.goto("/runbooks/slow");
  const [here, there] = [new Card(page, "Run slow"), new Card(second, "Run slow")];
  await here.press();
  await there.expectState("Running");
  await expect(there.log).toContainText("ready");
  await gate.open();
  await there.expectState("Succeeded");
  await expect(there.log).toContainText("finished");
});
