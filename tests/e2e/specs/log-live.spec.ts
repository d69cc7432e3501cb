// A run that writes faster than anybody reads: the page follows, and stays smooth.

import type { Page } from "@playwright/test";
import type { Api } from "../harness/api.ts";
import { Card } from "../harness/card.ts";
import { watchFrames } from "../harness/frames.ts";
import { Gate } from "../harness/gate.ts";
import { oneAction } from "../harness/runbooks.ts";
import type { Server } from "../harness/server.ts";
import { oldestOnTheWire } from "../harness/tail.ts";
import { expect, signIn, test } from "../harness/test.ts";

/** Lines that are measured: four seconds of them. */
const LINES = 200_000;
/** Two frames of a screen with sixty a second. */
const SMOOTH_MS = 32;
const FRAME_MS = 1000 / 60;
const FRESH_MS = 500;
/** What the page may add to what the wire needs: a tail's pace, and a frame or two on a busy machine. */
const PAINT_MS = 150;
/** What else the machine does falls into one spell and not the next; a viewer that can't keep up is behind in all. */
const SPELLS = 5;

/** Watches the page for a spell of the flood; where the machine itself is slower, the viewer may be no more than a frame behind it. */
async function isSmoothAndFresh(page: Page, blank: Page, server: Server, api: Api, run: string): Promise<boolean> {
  const lines = async () => (await api.run(run)).log.lines;
  const [first, from] = [await lines(), Date.now()];
  let wire = 0;
  const [seen, control] = await watchFrames([page, blank], async () => {
    wire = await oldestOnTheWire(page, server, run, () => expect.poll(lines, { timeout: 120_000 }).toBeGreaterThan(first + LINES));
  });
  if (!seen || !control) throw new Error("a page was not watched");
  const rate = Math.round(((await lines()) - first) / ((Date.now() - from) / 1000));
  console.log(
    `${rate} lines/s at the server; 95th percentile of ${seen.count} frames ${seen.p95.toFixed(1)} ms (a blank page: ${control.p95.toFixed(1)}); ` +
      `the newest line painted was at most ${seen.oldest} ms old (on the wire: ${wire})`,
  );
  const isSmooth = seen.p95 <= Math.max(SMOOTH_MS, control.p95 + FRAME_MS);
  return isSmooth && seen.oldest <= Math.max(FRESH_MS, wire + PAINT_MS);
}

test("the end is followed, left and followed again while fifty thousand lines a second arrive", async ({ page, runbooks, api, server }) => {
  test.setTimeout(600_000);
  const gate = new Gate(server);
  // Five hundred lines every ten milliseconds, each with the time in milliseconds.
  const script = `python3 -u - <<'END'
import os, sys, time
n, begin = 0, time.time()
while not os.path.exists("${server.home}/go"):
    now = int(time.time() * 1000)
    sys.stdout.write("".join(f"{now} line {n + i}\\n" for i in range(500)))
    sys.stdout.flush()
    n += 500
    time.sleep(max(0, begin + n / 50000 - time.time()))
END`;
  await runbooks.install("flood", oneAction("Flood", script));
  await signIn(page, "noc");
  await page.goto("/runbooks/flood");
  const card = new Card(page, "Flood");
  await card.press();
  await card.expectState("Running");
  await card.openRun();
  const log = page.getByRole("log");
  await expect(log).toContainText("line");
  const id = (await api.runs())[0]?.id ?? "";

  // What the machine can do at best while all this goes on: a page without anything, a client that draws nothing.
  const blank = await page.context().newPage();
  for (let spell = 1; !(await isSmoothAndFresh(page, blank, server, api, id)); spell++) {
    expect(spell, "spells that were rough or stale").toBeLessThan(SPELLS);
  }
  await blank.close();

  await test.step("scrolling up stays there and counts what comes", async () => {
    await log.hover();
    await page.mouse.wheel(0, -400);
    const news = page.getByRole("button", { name: /new lines · Follow$/ });
    await expect(news).toBeVisible();
    // The wheel's scroll glides to its end.
    let line = "";
    const stays = async () => {
      const last = line;
      line = (await log.locator(".log-row__text").first().textContent()) ?? "";
      return line === last;
    };
    await expect.poll(stays).toBe(true);
    const before = await news.textContent();
    await expect(news).not.toHaveText(before ?? "");
    await expect(log.locator(".log-row__text").first()).toHaveText(line);
    await expect(log).toHaveAttribute("aria-live", "off");
  });
  await test.step("one click follows again, and so does End", async () => {
    const news = page.getByRole("button", { name: /new lines · Follow$/ });
    await news.click();
    await expect(news).toBeHidden();
    await log.focus();
    await page.keyboard.press("PageUp");
    await expect(news).toBeVisible();
    await page.keyboard.press("End");
    await expect(news).toBeHidden();
  });
  await gate.open();
  await expect(page.getByRole("status").filter({ hasText: "Succeeded" })).toBeVisible({ timeout: 120_000 });
  const { lines } = (await api.run(id)).log;
  await expect(log.getByText(`line ${lines - 1}`)).toBeInViewport();
});
