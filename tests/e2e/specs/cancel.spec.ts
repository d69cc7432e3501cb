import { Card } from "../harness/card.ts";
import { processesNamed } from "../harness/processes.ts";
import { oneAction } from "../harness/runbooks.ts";
import { expect, signIn, test } from "../harness/test.ts";

test("cancel ends the process and everything it started", async ({ page, runbooks }, testInfo) => {
  // Arguments that no other process of this machine has.
  const unique = `${70_000 + testInfo.workerIndex}.${Date.now() % 100_000}`;
  const sleeps = [`sleep ${unique}1`, `sleep ${unique}2`];
  const script = `setsid ${sleeps[0]} &\necho ready\n${sleeps[1]}`;
  await runbooks.install("endless", oneAction("Sleep", script, { grace: "2s" }));
  await signIn(page, "noc");
  await page.goto("/runbooks/endless");
  const card = new Card(page, "Sleep");
  await card.press();
  await expect(card.log).toContainText("ready");
  for (const sleep of sleeps) await expect.poll(() => processesNamed(sleep).length).toBeGreaterThan(0);

  await card.cancel();
  await card.expectState("Cancelled");
  await expect.poll(() => sleeps.flatMap(processesNamed)).toEqual([]);
  await expect(card.root).toContainText(/Nora|noc/);
});

test("a process that ignores the polite request is ended all the same", async ({ page, runbooks }, testInfo) => {
  const unique = `sleep ${80_000 + testInfo.workerIndex}.${Date.now() % 100_000}`;
  await runbooks.install("stubborn", oneAction("Stay", `trap '' TERM\necho ready\nwhile :; do ${unique} || :; done`, { grace: "5s" }));
  await signIn(page, "noc");
  await page.goto("/runbooks/stubborn");
  const card = new Card(page, "Stay");
  await card.press();
  await expect(card.log).toContainText("ready");
  await card.cancel();
  await card.expectState("Cancelling");
  await expect(card.root.getByRole("button", { name: "Cancel" })).toHaveCount(0);
  await card.expectState("Cancelled");
  await expect(card.root).not.toContainText("exit code");
  await expect.poll(() => processesNamed(unique)).toEqual([]);
});

test("an action that takes too long is ended and says so", async ({ page, runbooks }, testInfo) => {
  const unique = `sleep ${90_000 + testInfo.workerIndex}.${Date.now() % 100_000}`;
  await runbooks.install("late", oneAction("Take long", `echo ready\n${unique}`, { timeout: "1s", grace: "1s" }));
  await signIn(page, "noc");
  await page.goto("/runbooks/late");
  const card = new Card(page, "Take long");
  await card.press();
  await card.expectState("Timed out");
  await expect.poll(() => processesNamed(unique)).toEqual([]);
});
