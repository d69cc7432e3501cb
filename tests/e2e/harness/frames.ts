// How smoothly a page draws, and how old the newest line is that it shows.

import type { Page } from "@playwright/test";

/** What a page's frames were like. */
export interface Frames {
  /** Milliseconds between frames: 95 of 100 were as short as this. */
  p95: number;
  /** Milliseconds that the newest line shown was old, at worst; 0 on a page without lines. */
  oldest: number;
  count: number;
}

interface Watch {
  gaps: number[];
  ages: number[];
  stop: boolean;
}

/** The first frames belong to what was before. */
const SETTLING = 5;

/** Watches the frames of pages at the same time while `during` goes on. Lines begin with the time in milliseconds. */
export async function watchFrames(pages: Page[], during: () => Promise<void>): Promise<Frames[]> {
  for (const page of pages) await page.evaluate(watch);
  await during();
  return Promise.all(pages.map(async (page) => figures(await page.evaluate(stop))));
}

function watch(): void {
  const state: Watch = { gaps: [], ages: [], stop: false };
  (window as unknown as { watch: Watch }).watch = state;
  const rows = document.querySelector('[role="log"] .log__rows');
  let last = performance.now();
  const frame = (now: number) => {
    state.gaps.push(now - last);
    last = now;
    const newest = rows?.lastElementChild?.querySelector(".log-row__text")?.textContent;
    const time = Number(newest?.split(" ")[0]);
    if (time > 0) state.ages.push(Date.now() - time);
    if (!state.stop) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

function stop(): Watch {
  const { watch } = window as unknown as { watch: Watch };
  watch.stop = true;
  return watch;
}

function figures({ gaps, ages }: Watch): Frames {
  const sorted = gaps.slice(SETTLING).sort((a, b) => a - b);
  const p95 = sorted[Math.floor(sorted.length * 0.95)] ?? Number.POSITIVE_INFINITY;
  return { p95, oldest: Math.max(0, ...ages.slice(SETTLING)), count: sorted.length };
}
