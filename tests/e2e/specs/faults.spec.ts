// What a person reads when a disk fails, and that the record says the same after a restart.

import { Card } from "../harness/card.ts";
import { config } from "../harness/config.ts";
import { FailingSyncs } from "../harness/disk.ts";
import { Gate } from "../harness/gate.ts";
import { oneAction } from "../harness/runbooks.ts";
import { expect, signIn, test } from "../harness/test.ts";

test.describe("on a small disk", () => {
  test.use({ setup: { config: config(), runbooks: "none", disk: "12m" } });

  test("what fills it is ended and says so, and nothing else starts", async ({ page, runbooks, server, api, complaints }) => {
    complaints.expect(/503|Failed to load resource|net::ERR|events/);
    await runbooks.install("much", oneAction("Write much", "head -c 30000000 /dev/zero | tr '\\0' x | fold -w 99\nsleep 600"));
    await runbooks.install("little", oneAction("Write little", "echo little"));
    await signIn(page, "noc");
    await page.goto("/runbooks/much");
    const much = new Card(page, "Write much");
    await much.press();
    await much.expectState("Failed", 60_000);
    await expect(much.root).toContainText("No space left");
    await expect(much.root).toContainText("it is not complete");
    await page.goto("/runbooks/little");
    const little = new Card(page, "Write little");
    await little.press();
    await expect(little.root).toContainText("Nothing was started");
    await expect(little.root).toContainText("Reading and cancelling still work");
    expect((await api.runs()).map((run) => run.runbook)).toEqual(["much"]);

    await server.restart();
    await page.goto("/runbooks/much");
    await much.expectState("Failed");
    await expect(much.root).toContainText("it is not complete");
    await much.openRun();
    const log = page.getByRole("log");
    await log.press("End");
    await expect(log).toContainText(/lastmile: the log could not be written .* lines left out/);
  });
});

test("while the record can't be synced nothing starts, and what runs can be read and cancelled", async ({ page, runbooks, server, api, complaints }) => {
  complaints.expect(/503|Failed to load resource|net::ERR|events/);
  await runbooks.install("long", oneAction("Run long", "echo ready\nsleep 600", { grace: "1s" }));
  await runbooks.install("short", oneAction("Run short", "echo short"));
  await signIn(page, "noc");
  await page.goto("/runbooks/long");
  const long = new Card(page, "Run long");
  await long.press();
  await expect(long.log).toContainText("ready");
  const syncs = await FailingSyncs.of(server.pid);
  try {
    await page.goto("/runbooks/short");
    const short = new Card(page, "Run short");
    await short.press();
    await expect(short.root).toContainText("Nothing was started: the server can't write its record. Reading and cancelling still work");
    expect((await api.runs()).map((run) => run.runbook)).toEqual(["long"]);
    await page.goto("/runbooks/long");
    await expect(long.log).toContainText("ready");
    await long.cancel();
  } finally {
    await syncs.mend();
  }
  await long.expectState("Cancelled", 60_000);

  await server.restart();
  await page.goto("/runbooks/long");
  await long.expectState("Cancelled");
  await page.goto("/runbooks/short");
  const short = new Card(page, "Run short");
  await short.press();
  await short.expectState("Succeeded");
});

test("a log that could not be synced is said to be at risk, also after a restart", async ({ page, runbooks, server, api, complaints }) => {
  complaints.expect(/Failed to load resource|net::ERR|events/);
  const gate = new Gate(server);
  await runbooks.install("slow", oneAction("Run slow", `echo ready\n${gate.wait}`));
  await signIn(page, "noc");
  await page.goto("/runbooks/slow");
  const card = new Card(page, "Run slow");
  await card.press();
  await expect(card.log).toContainText("ready");
  const [run] = await api.runs();
  const syncs = await FailingSyncs.ofLog(`${server.data}/runs/${run?.id}`);
  try {
    await gate.open();
    await card.expectState("Succeeded");
  } finally {
    await syncs.mend();
  }
  const atRisk = "The log could not be synced to the disk: it may be lost with the next power cut.";
  await expect(card.root).toContainText(atRisk);
  await server.restart();
  await page.reload();
  await expect(card.root).toContainText(atRisk);
  await card.openRun();
  await expect(page.getByText(atRisk)).toBeVisible();
});
