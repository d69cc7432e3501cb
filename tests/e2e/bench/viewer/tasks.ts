// In the page: tasks that keep it from answering for longer than 50 ms.

import type { Page } from "@playwright/test";

interface Watched {
  longTasks: number[];
}

/** Notes long tasks from now on. */
export async function watchTasks(page: Page): Promise<void> {
  await page.evaluate(() => {
    const tasks: number[] = [];
    (window as unknown as Watched).longTasks = tasks;
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map((task) => task.duration))).observe({ type: "longtask" });
  });
}

/** Their durations in milliseconds. */
export function longTasks(page: Page): Promise<number[]> {
  return page.evaluate(async () => {
    // The observer hears of a task a little after its end.
    await new Promise((resolve) => requestIdleCallback(resolve));
    return (window as unknown as Watched).longTasks;
  });
}
