import { Card } from "../harness/card.ts";
import { Gate } from "../harness/gate.ts";
import { oneAction } from "../harness/runbooks.ts";
import { expect, sayYes, signIn, test } from "../harness/test.ts";

test("a run survives the server's restart, and the page goes on by itself", async ({ page, runbooks, server, complaints }) => {
  complaints.expect(/Failed to load resource|net::ERR|events/);
  const [first, second] = [new Gate(server, "first"), new Gate(server, "second")];
  await runbooks.install("slow", oneAction("Run slow", `echo one\n${first.wait}\necho two\n${second.wait}\necho three`));
  await signIn(page, "noc");
  await page.goto("/runbooks/slow");
  const card = new Card(page, "Run slow");
  await card.press();
  await expect(card.log).toContainText("one");
  await server.restart(async () => {
    await expect(page.getByText("Reconnecting")).toBeVisible();
    await first.open();
  });
  await expect(card.log).toContainText("two", { timeout: 60_000 });
  await card.expectState("Running");
  await second.open();
  await card.expectState("Succeeded");
  await expect(card.log).toContainText("three");
});

test("a run that ends while the server is away is recorded when it is back", async ({ page, runbooks, server, api, complaints }) => {
  complaints.expect(/Failed to load resource|net::ERR|events/);
  const gate = new Gate(server);
  await runbooks.install("slow", oneAction("Run slow", `echo one\n${gate.wait}\necho two\nexit 3`));
  await signIn(page, "noc");
  await page.goto("/runbooks/slow");
  const card = new Card(page, "Run slow");
  await card.press();
  await expect(card.log).toContainText("one");
  await server.restart(() => gate.open());
  await card.expectState("Failed", 60_000);
  await expect(card.root).toContainText("exit code 3");
  const [run] = await api.runs();
  expect((await api.log(run?.id ?? "")).map((line) => line.text)).toEqual(["one", "two"]);
});

test("people stay signed in and requests keep waiting across a restart", async ({ page, people, runbooks, server, complaints }) => {
  complaints.expect(/Failed to load resource|net::ERR|events/);
  await runbooks.install("gate", oneAction("Open up", "echo opened", { approve: "netsec" }));
  await signIn(page, "noc");
  const netsec = await people.other("netsec");
  await page.goto("/runbooks/gate");
  const card = new Card(page, "Open up");
  await card.press();
  await card.expectState("Awaiting approval");
  await server.restart();
  await netsec.goto("/approvals");
  await sayYes(netsec);
  await card.expectState("Succeeded", 60_000);
});
