// Pictures of the main pages in light, dark and at 360 pixels, into results/pictures; the README's own goes to docs/images.

import { mkdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";
import { Card } from "../harness/card.ts";
import { expect, type People, sayYes, signIn, test } from "../harness/test.ts";

const FOLDER = fileURLToPath(new URL("../results/pictures", import.meta.url));
const README = fileURLToPath(new URL("../../../docs/images/runbook.png", import.meta.url));

test.use({ setup: { config: null, runbooks: "shipped" }, trace: "off" });

const LOOKS = [
  { name: "light", colorScheme: "light", width: 1280, height: 860 },
  { name: "dark", colorScheme: "dark", width: 1280, height: 860 },
  { name: "360", colorScheme: "light", width: 360, height: 740 },
  { name: "360-dark", colorScheme: "dark", width: 360, height: 740 },
] as const;

/** Takes a picture of what is in view, and one of the whole page. */
async function picture(page: Page, look: string, name: string): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  await page.screenshot({ path: path.join(FOLDER, `${name}-${look}.png`) });
  // The header is sticky: from the top, it stands where it belongs.
  const top = await page.evaluate(() => window.scrollY);
  await page.evaluate(() => window.scrollTo(0, 0));
  await page.screenshot({ path: path.join(FOLDER, `${name}-${look}-whole.png`), fullPage: true });
  await page.evaluate((top) => window.scrollTo(0, top), top);
}

/** The README's picture: the action that runs, with its script, what it waited for, and its output. */
async function forReadme(page: Page, card: Card): Promise<void> {
  await page.setViewportSize({ width: 1280, height: 900 });
  await card.root.evaluate((element) => window.scrollTo(0, element.getBoundingClientRect().top + window.scrollY - 130));
  await page.screenshot({ path: README });
}

/** Has Bar's Tuesday played up to the restart, which is under way when this returns. */
async function playTuesday(page: Page, people: People, look: string): Promise<void> {
  await page.goto("/runbooks/demo/start-and-stop");
  await new Card(page, "Start the demo").press();
  await new Card(page, "Start the demo").expectState("Succeeded");

  await page.goto("/runbooks/bar/pool-will-not-start?environment=prod&pool=blue&ticket=INC-12");
  const [check, open, restart] = ["Check Acme", "Open the port to Acme", "Restart the pool"].map((label) => new Card(page, label)) as [Card, Card, Card];
  await check.press();
  await check.expectState("Failed");
  await check.root.scrollIntoViewIfNeeded();
  await picture(page, look, "runbook-failed-check");
  await open.root.getByRole("textbox", { name: "Reason" }).fill("Bar in prod can't reach Acme");
  await open.press();
  await open.expectState("Awaiting approval");
  await open.openRun();
  await expect(page.getByRole("heading", { name: "Approval" })).toBeVisible();
  await picture(page, look, "run-waiting");
  await page.goBack();

  const netsec = await people.other("netsec");
  await dress(netsec, look);
  await netsec.goto("/approvals");
  await expect(netsec.getByRole("button", { name: "Yes, run it" })).toBeVisible();
  await picture(netsec, look, "approval");
  await sayYes(netsec);
  await open.expectState("Succeeded");
  await check.press();
  await check.expectState("Succeeded");
  await page.getByRole("checkbox", { name: /Tell the business/ }).click();
  await expect(page.getByText(/done by Nora/)).toBeVisible();
  await restart.root.getByRole("textbox", { name: /to confirm/ }).fill("blue");
  await restart.press();
  await restart.expectState("Awaiting approval");
  const middleware = await people.other("middleware");
  await middleware.goto("/approvals");
  await sayYes(middleware);
  await expect(restart.log).toContainText("worker 1 is ready");
}

/** Gives a page the look's size and colours. */
async function dress(page: Page, name: string): Promise<void> {
  const look = LOOKS.find((it) => it.name === name);
  if (!look) throw new Error(`no look ${name}`);
  await page.setViewportSize({ width: look.width, height: look.height });
  await page.emulateMedia({ colorScheme: look.colorScheme });
}

for (const look of LOOKS) {
  test(`pictures in ${look.name}`, async ({ page, people }) => {
    await dress(page, look.name);
    await page.goto("/");
    await expect(page.getByRole("main").getByRole("button", { name: /Nora/ })).toBeVisible();
    await picture(page, look.name, "sign-in");
    await signIn(page, "noc");
    await page.goto("/");
    await expect(page.getByRole("link", { name: "Bar pool will not start" })).toBeVisible();
    await picture(page, look.name, "catalog");

    await playTuesday(page, people, look.name);
    const restart = new Card(page, "Restart the pool");
    await restart.log.scrollIntoViewIfNeeded();
    if (look.name === "light") await forReadme(page, restart);
    await picture(page, look.name, "runbook-running");
    await restart.expectState("Succeeded");
    await restart.openRun();
    await expect(page.getByRole("log")).toContainText("pool blue is up");
    await picture(page, look.name, "run");
    await page.goto("/runs");
    await expect(page.getByRole("link", { name: "Restart the pool" })).toBeVisible();
    await picture(page, look.name, "runs");
    await page.goto("/runbooks/lastmile/format-tour");
    await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
    await picture(page, look.name, "format-tour");
    await page.goto("/styleguide");
    await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
    await picture(page, look.name, "styleguide");
  });
}
