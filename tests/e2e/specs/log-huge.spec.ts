// Ten million lines, made by a real run: every line within reach, at any pixel density.

import { chromium as browserType } from "@playwright/test";
import type { Locator, Page } from "@playwright/test";
import { chromium } from "../harness/chromium.ts";
import { Card } from "../harness/card.ts";
import { oneAction } from "../harness/runbooks.ts";
import { expect, signIn, test } from "../harness/test.ts";

const LINES = 10_000_000;
const NEEDLE = 7_654_321;

/** Number and text of the first line that is wholly in view. */
async function topLine(log: Locator): Promise<number> {
  return log.evaluate((element) => {
    const top = element.getBoundingClientRect().top;
    const rows = [...element.querySelectorAll('[aria-label^="Line "]')].map((link) => link.parentElement as Element);
    const row = rows.find((it) => it.getBoundingClientRect().top >= top - 1);
    const number = Number(row?.querySelector("a")?.getAttribute("aria-label")?.slice(5));
    if (row?.textContent !== String(number) && !row?.textContent?.startsWith("needle")) throw new Error(`line ${number} reads ${row?.textContent}`);
    return number;
  });
}

/** Presses keys and sees the lines move by exactly one each. */
async function expectOneLineSteps(page: Page, log: Locator): Promise<void> {
  await log.focus();
  let at = await topLine(log);
  for (const [key, by] of [["ArrowUp", -1], ["ArrowUp", -1], ["ArrowUp", -1], ["ArrowDown", 1], ["ArrowDown", 1]] as const) {
    await page.keyboard.press(key);
    at += by;
    await expect.poll(() => topLine(log), `${key} moves one line`).toBe(at);
  }
}

test("every line of ten million is within reach", async ({ page, browser, runbooks, api, server }) => {
  test.setTimeout(180_000);
  await runbooks.install("huge", oneAction("Count", `seq 1 ${NEEDLE - 1}; echo needle; seq ${NEEDLE + 1} ${LINES}`));
  await signIn(page, "noc");
  await page.goto("/runbooks/huge");
  const card = new Card(page, "Count");
  const began = Date.now();
  await card.press();
  await card.expectState("Succeeded", 120_000);
  console.log(`the run took ${Date.now() - began} ms`);
  const id = (await api.runs())[0]?.id;
  const state = await page.context().storageState();

  await test.step("a link opens the last but one line at once, by one small request", async () => {
    const context = await browser.newContext({ storageState: state, baseURL: server.url });
    const cold = await context.newPage();
    const sizes: Promise<number>[] = [];
    cold.on("response", (response) => {
      if (/\/log\?/.test(response.url())) sizes.push(response.body().then((body) => body.length));
    });
    await cold.goto(`/runs/${id}#L${LINES - 1}`);
    const log = cold.getByRole("log");
    await expect(log.getByText(String(LINES - 1), { exact: true })).toBeInViewport();
    await expect(log.getByRole("link", { name: `Line ${LINES - 1}`, exact: true })).toBeInViewport();
    const took = await cold.evaluate(() => performance.now() - (performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0));
    const all = await Promise.all(sizes);
    console.log(`line ${LINES - 1} stood there ${Math.round(took)} ms after the first paint; answers of ${all} bytes`);
    expect(all).toHaveLength(1);
    expect(Math.max(...all)).toBeLessThanOrEqual(64 * 1024);
    await expectOneLineSteps(cold, log);

    await test.step("and back and forth", async () => {
      await log.press("Home");
      await expect.poll(() => topLine(log)).toBe(1);
      await log.press("PageDown");
      await expect.poll(() => topLine(log)).toBeGreaterThan(5);
      await log.press("End");
      await expect(log.getByText(String(LINES), { exact: true })).toBeInViewport();
      await cold.getByText("More", { exact: true }).click();
      await cold.getByLabel("Go to line").fill("5,000,000");
      await cold.getByLabel("Go to line").press("Enter");
      await expect(log.getByText("5000000", { exact: true })).toBeInViewport();
      await expectOneLineSteps(cold, log);
      expect(await log.getByRole("link", { name: /^Line / }).count()).toBeLessThan(200);
    });

    await test.step("a search finds the only match", async () => {
      await cold.keyboard.press("/");
      await cold.keyboard.type("needle");
      await cold.keyboard.press("Enter");
      await expect(cold.getByRole("search")).toContainText("1 of 1", { timeout: 60_000 });
      await expect(log.getByText("needle")).toBeInViewport();
      await expect(log.getByRole("link", { name: `Line ${NEEDLE}`, exact: true })).toBeInViewport();
    });
    await context.close();
  });

  await test.step("on a screen of three device pixels each, too", async () => {
    const dense = await browserType.launch({ ...chromium, args: [...(chromium.args ?? []), "--force-device-scale-factor=3", "--window-size=390,844"] });
    // The browser's own density counts, not an emulated one.
    const context = await dense.newContext({ storageState: state, baseURL: server.url, viewport: null });
    const phone = await context.newPage();
    await phone.goto(`/runs/${id}#L${LINES - 1}`);
    const log = phone.getByRole("log");
    await expect(log.getByText(String(LINES - 1), { exact: true })).toBeInViewport();
    expect(await phone.evaluate(() => devicePixelRatio)).toBe(3);
    await expectOneLineSteps(phone, log);
    await log.press("End");
    await expect(log.getByText(String(LINES), { exact: true })).toBeInViewport();
    await dense.close();
  });
});
