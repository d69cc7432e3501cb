// From the click to the first byte of output in the browser, and to the frame that shows it: `cargo xtask bench start`.

import { statfs } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { Card } from "../harness/card.ts";
import { oneAction } from "../harness/runbooks.ts";
import { expect, signIn, test } from "../harness/test.ts";

const TIMES = 500;
const OUTPUT = "first-byte";
const TMPFS = 0x01021994;

/** Milliseconds since the click. */
interface Delays {
  /** The first byte of output has come, by the stream or as an answer. */
  told: number;
  /** A frame has been made in which it can be read. */
  shown: number;
}

declare global {
  interface Window {
    delays: () => Promise<Delays>;
  }
}

test("from the click to the first byte", async ({ page, runbooks, server }) => {
  expect((await statfs(server.data)).type, "syncs cost nothing on tmpfs: set TMPDIR to a folder on a disk").not.toBe(TMPFS);
  await page.addInitScript(listen, OUTPUT);
  await runbooks.install("bench", oneAction("Go", `echo ${OUTPUT}`));
  await signIn(page, "noc");
  await page.goto("/runbooks/bench");
  const card = new Card(page, "Go");
  const all: Delays[] = [];
  for (let time = 0; time < TIMES; time++) {
    const delays = page.evaluate(() => window.delays());
    await card.press();
    all.push(await delays);
    await card.expectState("Succeeded");
    await renew(page);
  }
  console.log(`click to the first byte          ${figures(all.map(({ told }) => told))}`);
  console.log(`click to the frame that shows it ${figures(all.map(({ shown }) => shown))}`);
});

/** The page as somebody finds it who has not pressed yet. */
async function renew(page: Page): Promise<void> {
  await page.reload();
  await expect(new Card(page, "Go").button).toBeEnabled();
}

/** In the page: hears the click, and what event streams and answers bring. A run may be over before its stream is open. */
function listen(output: string): void {
  let told: ((at: number) => void) | undefined;
  const hear = (text: string) => {
    if (text.includes(`"text":"${output}"`)) told?.(performance.now());
  };
  const ask = window.fetch;
  window.fetch = async (...request) => {
    const answer = await ask(...request);
    if (answer.url.includes("/log")) void answer.clone().text().then(hear);
    return answer;
  };
  const Own = window.EventSource;
  window.EventSource = class extends Own {
    constructor(url: string | URL, options?: EventSourceInit) {
      super(url, options);
      this.addEventListener("message", ({ data }) => hear(String(data)));
    }
  };
  window.delays = async () => {
    const clicked = new Promise<number>((resolve) => {
      addEventListener("click", ({ timeStamp }) => resolve(timeStamp), { capture: true, once: true });
    });
    const arrived = new Promise<number>((resolve) => {
      told = resolve;
    });
    const [from, at] = [await clicked, await arrived];
    const isShown = () => [...document.querySelectorAll("[role=log]")].some((log) => log.textContent?.includes(output));
    while (!isShown()) await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    return { told: at - from, shown: performance.now() - from };
  };
}

function figures(all: number[]): string {
  const sorted = [...all].sort((a, b) => a - b);
  const at = (share: number) => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(2);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms (${sorted.length} measured)`;
}
