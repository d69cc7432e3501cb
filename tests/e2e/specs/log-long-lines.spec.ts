// Lines longer than anybody reads: folded, opened on request, and never the page's end.

import { Card } from "../harness/card.ts";
import { oneAction } from "../harness/runbooks.ts";
import { expect, signIn, test } from "../harness/test.ts";

/** A shell function that writes so many kilobytes on one line. */
const LINES = `
wide() { head -c $(($1 * 1024)) /dev/zero | tr '\\0' x; echo " end of $1"; }
echo before
wide 300
wide 3000
echo after`;

test("a line longer than a window opens step by step, and what is too long is in the file", async ({ page, runbooks, api }) => {
  await runbooks.install("wide", oneAction("Wide", LINES));
  await signIn(page, "noc");
  await page.goto("/runbooks/wide");
  const card = new Card(page, "Wide");
  await card.press();
  await card.expectState("Succeeded");
  await page.goto(`/runs/${(await api.runs())[0]?.id}#L1`);
  const log = page.getByRole("log");
  const row = (line: number) => log.getByRole("link", { name: `Line ${line}`, exact: true }).locator("..");
  const length = async (line: number) => (await row(line).locator(".log-row__text").textContent())?.length ?? 0;
  await expect(row(4)).toContainText("after");
  expect(await length(2)).toBeLessThan(3000);

  await row(2).getByRole("button", { name: /^Show more of 307.212 bytes$/ }).click();
  await expect.poll(() => length(2)).toBeGreaterThan(60 * 1024);
  await row(2).getByRole("button", { name: /^Show more/ }).click();
  await expect.poll(() => length(2)).toBeGreaterThan(250 * 1024);
  await row(2).getByRole("button", { name: /^Show more/ }).click();
  await expect(row(2)).toContainText("x end of 300");
  await row(2).getByRole("button", { name: "Show less" }).click();
  await expect.poll(() => length(2)).toBeLessThan(3000);

  await row(3).getByRole("button", { name: /^Show more/ }).click();
  for (const kilobytes of [60, 250, 1000]) {
    await expect.poll(() => length(3)).toBeGreaterThan(kilobytes * 1024);
    const more = row(3).getByRole("button", { name: /^Show more/ });
    if (kilobytes < 1000) await more.click();
    else await expect(more).toHaveCount(0);
  }
  await expect(row(3).getByRole("link", { name: /bytes are in the file$/ })).toBeAttached();
  await log.focus();
  await log.press("End");
  await expect(log.getByText("after", { exact: true })).toBeInViewport();
});
