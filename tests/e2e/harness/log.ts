// The log on the screen.

import { expect, type Locator } from "@playwright/test";

/** The lines that stand on the screen now, by number (from 1). Lines that are still being fetched are left out. */
async function drawn(log: Locator): Promise<Map<number, string>> {
  const rows = await log.evaluate((element) =>
    [...element.querySelectorAll('[aria-label^="Line "]')]
      .map((link) => [Number(link.getAttribute("aria-label")?.slice(5)), link.parentElement?.textContent ?? ""] as const)
      .filter(([number]) => number > 0),
  );
  return new Map(rows);
}

/** Scrolls through a short log and gives all its lines, as a reader sees them. */
export async function readThrough(log: Locator, lines: number): Promise<string[]> {
  const read = new Map<number, string>();
  for (const at of [0, 0.25, 0.5, 0.75, 1]) {
    await log.evaluate((element, share) => {
      element.scrollTop = share * element.scrollHeight;
    }, at);
    const line = Math.min(lines, Math.floor(at * lines) + 1);
    await expect
      .poll(async () => {
        const now = await drawn(log);
        for (const [number, text] of now) if (text !== "") read.set(number, text);
        // What stood there before the scroll goes with the next frame.
        return now.has(line) && [...now.values()].every((text) => text !== "");
      }, `line ${line} is drawn`)
      .toBe(true);
  }
  await expect.poll(() => read.size, "lines seen while scrolling").toBe(lines);
  return Array.from({ length: lines }, (_, index) => read.get(index + 1) ?? "");
}
