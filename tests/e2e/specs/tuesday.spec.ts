// The Tuesday of the talk, from the alert's link to the proof that Bar is up again.

import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Page } from "@playwright/test";
import { Card, runIdOf } from "../harness/card.ts";
import { tryPort } from "../harness/port.ts";
import { processesNamed } from "../harness/processes.ts";
import type { Server } from "../harness/server.ts";
import { choosePerson, expect, sayYes, signIn, signOut, test, toAnswer } from "../harness/test.ts";

test.use({ setup: { config: null, runbooks: "shipped" } });

const ALERT_LINK = "/runbooks/bar/pool-will-not-start?environment=prod&pool=blue&ticket=INC-12#check-acme";

/** Acme's port as the demo published it, asked from here. */
async function acmePort(server: Server): Promise<string> {
  const address = await readFile(path.join(server.data, "demo/prod/acme.address"), "utf8");
  const [host, port] = address.trim().split(" ");
  return tryPort(host ?? "", Number(port));
}

/** Opens the newest request from the header, says yes to it, and gives its text as the approver read it. */
async function approve(page: Page, comment: string): Promise<string> {
  await page.getByRole("link", { name: "Approvals" }).click();
  const request = page.getByRole("main");
  await expect(request.getByRole("button", { name: "Yes, run it" })).toBeVisible();
  const text = await request.innerText();
  await request.getByRole("textbox", { name: "Comment" }).fill(comment);
  await sayYes(request);
  return text;
}

test("Bar starts again: diagnosed by noc, the port opened with netsec's yes, the pool restarted with middleware's", async ({
  page,
  people,
  server,
}) => {
  test.setTimeout(400_000);

  await test.step("last night Bar was restarted and did not come back", async () => {
    await signIn(page, "noc");
    await page.goto("/runbooks/demo/start-and-stop");
    const start = new Card(page, "Start the demo");
    await start.press();
    await start.expectState("Succeeded");
    await signOut(page);
  });

  const checkPool = new Card(page, "Check the pool");
  const checkAcme = new Card(page, "Check Acme");
  const openPort = new Card(page, "Open the port to Acme");
  const restart = new Card(page, "Restart the pool");

  await test.step("noc follows the alert's link, signs in, and lands where it leads", async () => {
    await page.goto(ALERT_LINK);
    await choosePerson(page, "noc");
    await expect(checkAcme.root).toBeInViewport();
    await expect(checkAcme.root.getByRole("radio", { name: "prod" })).toBeChecked();
    await expect(checkAcme.root).toContainText("bar-prod");
  });

  await test.step("the checks fail, and say why", async () => {
    await checkPool.press();
    await checkPool.expectState("Failed");
    await expect(checkPool.log).toContainText("did not start: acme at 127.0.0.1");
    await checkAcme.press();
    await checkAcme.expectState("Failed");
    await expect(checkAcme.log).toContainText("Connection refused");
    expect(await acmePort(server)).toBe("ECONNREFUSED");
  });

  const netsec = await people.other("netsec");
  await expect(toAnswer(netsec)).toHaveText("");

  await test.step("noc asks for the port, and nothing happens before the yes", async () => {
    await openPort.root.getByRole("textbox", { name: "Reason" }).fill("Bar in prod can't reach Acme");
    await openPort.press();
    await openPort.expectState("Awaiting approval");
    await expect(toAnswer(netsec)).toHaveText("1 to answer");

    await openPort.openRun();
    await expect(page.getByRole("heading", { name: "Approval" })).toBeVisible();
    await expect(page.getByRole("button", { name: "Yes, run it" })).toBeHidden();
    expect(processesNamed(runIdOf(page))).toEqual([]);
    expect(processesNamed(path.join(server.runbooks, "demo/bin/port-rule"))).toEqual([]);
    expect(await acmePort(server)).toBe("ECONNREFUSED");
    await page.goBack();
    await openPort.expectState("Awaiting approval");
  });

  await test.step("netsec reads what it is about and agrees; noc sees it run", async () => {
    const read = await approve(netsec, "Until tonight");
    for (const part of ["Nora", "Bar in prod can't reach Acme", "network-prod", "port-rule open bar acme", "keep_open", "INC-12"]) {
      expect(read).toContain(part);
    }
    await openPort.expectState("Succeeded");
    await expect(openPort.log).toContainText("rule written: allow bar acme");
    await expect(openPort.log).toContainText("in force");
    expect(await acmePort(server)).toBe("connected");
    await expect(toAnswer(netsec)).toHaveText("");
  });

  await test.step("Acme can be reached now", async () => {
    await checkAcme.press();
    await checkAcme.expectState("Succeeded");
    await expect(checkAcme.log).toContainText("acme says: ACME ready");
  });

  await test.step("the pool is restarted with one of middleware, its settings those of the target", async () => {
    const middleware = await people.other("middleware");
    const told = page.getByRole("checkbox", { name: "Tell the business that Bar will blink" });
    await told.click();
    await expect(told).toBeChecked();
    await expect(page.getByText(/done by Nora/)).toBeVisible();
    await restart.root.getByRole("textbox", { name: /Type blue to confirm/ }).fill("blue");
    await restart.press();
    await restart.expectState("Awaiting approval");
    await expect(toAnswer(middleware)).toHaveText("1 to answer");
    expect(await approve(middleware, "Go")).toContain("Drops the pool's open sessions");
    await expect(restart.log).toContainText("worker 1 is ready");
    await restart.expectState("Succeeded");
    await expect(restart.log).toContainText("pool blue is up: 3 workers");
  });

  await test.step("the check proves it", async () => {
    await checkPool.press();
    await checkPool.expectState("Succeeded");
    await expect(checkPool.log).toContainText("with the settings of prod");
  });

  await test.step("without the rule the check fails for one reason, without the listener for another", async () => {
    const rules = path.join(server.data, "demo/prod/rules");
    const rule = await readFile(rules, "utf8");
    await writeFile(rules, "");
    await expect.poll(() => acmePort(server)).toBe("ECONNREFUSED");
    await checkAcme.press();
    await checkAcme.expectState("Failed");
    await expect(checkAcme.log).toContainText("Connection refused");

    await writeFile(rules, rule);
    await expect.poll(() => acmePort(server)).toBe("connected");
    await page.goto("/runbooks/demo/start-and-stop?environment=prod#take-acme-down");
    const down = new Card(page, "Take Acme down");
    await down.press();
    await down.expectState("Succeeded");
    await page.goto(ALERT_LINK);
    await checkAcme.press();
    await expect(checkAcme.log).toContainText("closed it without a word");
    await checkAcme.expectState("Failed");
  });
});
