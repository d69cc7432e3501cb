// A run that writes faster than anybody reads: the page follows, and stays smooth.

import type { Page } from "@playwright/test";
import { Card } from "../harness/card.ts";
import { Gate } from "../harness/gate.ts";
import { oneAction } from "../harness/runbooks.ts";
import { expect, signIn, test } from "../harness/test.ts";

/** Measures the page's frames, and how old the newest painted line is, while `during` goes on. Lines begin with the time. */
async function frames(page: Page, during: () => Promise<void>): Promise<{ p95: number; oldest: number; count: number }> {
  await page.evaluate(() => {
    const log = document.querySelector('[role="log"]') as Element;
    const state = { gaps: [] as number[], ages: [] as number[], last: performance.now(), stop: false };
    (window as never as { measured: typeof state }).measured = state;
    const frame = (now: number) => {
      state.gaps.push(now - state.last);
      state.last = now;
      const rows = log.querySelectorAll(".log-row__text");
      const time = Number(rows[rows.length - 1]?.textContent?.split(" ")[0]);
      if (time > 0) state.ages.push(Date.now() - time);
      if (!state.stop) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  await during();
  return page.evaluate(() => {
    const state = (window as never as { measured: { gaps: number[]; ages: number[]; stop: boolean } }).measured;
    state.stop = true;
    const gaps = state.gaps.slice(5).sort((a, b) => a - b);
    return { p95: gaps[Math.floor(gaps.length * 0.95)] ?? 0, oldest: Math.max(...state.ages.slice(5)), count: gaps.length };
  });
}

test("the end is followed, left and followed again while fifty thousand lines a second arrive", async ({ page, runbooks, api, server }) => {
  test.setTimeout(120_000);
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

  const [first, from] = [(await api.run(id)).log.lines, Date.now()];
  const seen = await frames(page, async () => {
    const enough = Date.now() + 4000;
    await expect.poll(() => Date.now() > enough, { timeout: 10_000 }).toBe(true);
  });
  const rate = Math.round(((await api.run(id)).log.lines - first) / ((Date.now() - from) / 1000));
  console.log(`${rate} lines/s at the server; ${seen.count} frames, 95th percentile ${seen.p95.toFixed(1)} ms; the newest line was at most ${seen.oldest} ms old`);
  expect(rate).toBeGreaterThan(20_000);
  // On a quiet machine 32 and 500; here other tests share its cores, and only standing still is a failure.
  expect(seen.p95).toBeLessThan(150);
  expect(seen.oldest).toBeLessThan(2000);

  await test.step("scrolling up stays there and counts what comes", async () => {
    await log.hover();
    await page.mouse.wheel(0, -400);
    const news = page.getByRole("button", { name: /new lines · Follow$/ });
    await expect(news).toBeVisible();
    const line = await log.locator(".log-row__text").first().textContent();
    const before = await news.textContent();
    await expect(news).not.toHaveText(before ?? "");
    await expect(log.locator(".log-row__text").first()).toHaveText(line ?? "");
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
  await expect(page.getByRole("status").filter({ hasText: "Succeeded" })).toBeVisible({ timeout: 30_000 });
  const { lines } = (await api.run(id)).log;
  await expect(log.getByText(`line ${lines - 1}`)).toBeInViewport();
});
