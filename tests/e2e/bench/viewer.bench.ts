// A million lines as they come: this viewer, live from a real run, beside those that get the bytes by a plain fetch.

import { createHash } from "node:crypto";
import { readFile, rm, stat } from "node:fs/promises";
import { loadavg } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Browser, chromium as browserType, type Page } from "@playwright/test";
import type { Api } from "../harness/api.ts";
import { Card } from "../harness/card.ts";
import { chromium } from "../harness/chromium.ts";
import { Gate } from "../harness/gate.ts";
import { oneAction } from "../harness/runbooks.ts";
import type { Server } from "../harness/server.ts";
import { expect, signIn, test } from "../harness/test.ts";
import { type Sample, type Samples, middle, ratio, table } from "./viewer/figures.ts";
import { Memory } from "./viewer/memory.ts";
import type { Times } from "./viewer/pages/peer.ts";
import { Peers } from "./viewer/peers.ts";
import { LINES, seen, write } from "./viewer/stream.ts";
import { longTasks, watchTasks } from "./viewer/tasks.ts";

const OWN = "lastmile";
const KEEPS_ALL = "xterm, 1,000,000 kept";
const PEERS: Record<string, string> = {
  [KEEPS_ALL]: "/xterm?scrollback=1000000",
  "xterm, 1,000 kept": "/xterm?scrollback=1000",
  "react-logviewer": "/logviewer",
  "<pre>": "/pre",
};
const ARMS = [OWN, ...Object.keys(PEERS)];
const ROUNDS = 3;
const WINDOWS = 20;
/** A viewer that has not shown the last line by then is not measured again. */
const PATIENCE_MS = 60_000;

test("a million lines live cost a fraction of what terminals and log viewers need", async ({ runbooks, server, page, api }) => {
  test.setTimeout(1_800_000);
  const stream = path.join(server.home, "stream");
  const bytes = await write(stream);
  const peers = await Peers.start(stream);
  const script = `echo ready; while [ ! -e "$LASTMILE_RUN_ID.go" ]; do sleep 0.02; done; date +%s%N > "$LASTMILE_RUN_ID.began"; cat '${stream}'; date +%s%N > "$LASTMILE_RUN_ID.ended"`;
  await runbooks.install("million", oneAction("Write a million", `cd '${server.home}'\n${script}`));
  await signIn(page, "noc");
  await page.goto("about:blank");
  const samples: Samples = new Map(ARMS.map((arm) => [arm, []]));
  try {
    for (let round = 0; round < ROUNDS; round++) {
      for (const arm of [...ARMS.slice(round), ...ARMS.slice(0, round)]) {
        if (samples.get(arm)?.some((it) => it.gaveUp)) continue;
        const sample = await inAFreshBrowser((browser) => (arm === OWN ? live(browser, server, api) : peer(browser, `${peers.url}${PEERS[arm]}`)));
        console.log(`${arm}: ${JSON.stringify({ ...sample, tasks: sample.tasks.map(Math.round) })} at load ${loadavg()[0]?.toFixed(1)}`);
        samples.get(arm)?.push(sample);
      }
    }
  } finally {
    peers.stop();
  }
  const version = page.context().browser()?.version();
  console.log(`\n${(bytes / 1e6).toFixed(1)} MB, ${LINES} lines, Chromium ${version}\n\n${table(samples, KEEPS_ALL)}\n`);
  await expectTheFilesText(page, server, api);
  expect.soft(ratio(samples, OWN, KEEPS_ALL, (it) => it.after), "last byte to last line painted").toBeLessThanOrEqual(0.15);
  expect.soft(ratio(samples, OWN, KEEPS_ALL, (it) => it.whole), "first byte to last line painted").toBeLessThanOrEqual(0.15);
  expect.soft(ratio(samples, OWN, KEEPS_ALL, (it) => it.peak), "peak memory").toBeLessThanOrEqual(0.1);
  expect.soft(middle(samples, OWN, (it) => it.tasks.length), "tasks over 50 ms").toBe(0);
});

/** Memory that one arm has left behind must not count for the next. */
async function inAFreshBrowser(measure: (browser: Browser) => Promise<Sample>): Promise<Sample> {
  // A renderer kept ready for a page to come is none of the page's.
  const args = [...(chromium.args ?? []), "--disable-features=SpareRendererForSitePerProcess"];
  const browser = await browserType.launch({ ...chromium, args });
  try {
    return await measure(browser);
  } finally {
    await browser.close();
  }
}

async function peer(browser: Browser, address: string): Promise<Sample> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(address);
  await watchTasks(page);
  const memory = await Memory.watch(browser);
  const shown = page.evaluate(() => window.peer.start());
  const times = await Promise.race([shown, patience()]);
  const peak = memory.stop();
  if (!times) {
    // Its page goes with the browser; nobody waits for its answer any more.
    shown.catch(() => {});
    return { after: PATIENCE_MS, whole: PATIENCE_MS, tasks: [], peak, gaveUp: true };
  }
  expect(await page.evaluate(() => window.peer.last())).toContain(seen(LINES - 1).slice(0, 40));
  return sample(times, await longTasks(page), peak);
}

async function patience(): Promise<undefined> {
  await pause(PATIENCE_MS, undefined, { ref: false });
}

/** The run's page is open, and the script waits, until the measurement begins. */
async function live(browser: Browser, server: Server, api: Api): Promise<Sample> {
  const context = await browser.newContext({ baseURL: server.url, viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await signIn(page, "noc");
  await page.goto("/runbooks/million");
  const card = new Card(page, "Write a million");
  await card.press();
  await card.expectState("Running");
  await card.openRun();
  await expect(page.getByRole("log")).toContainText("ready");
  const id = (await api.runs())[0]?.id ?? "";
  await watchTasks(page);
  const shown = waitForLast(page, seen(LINES - 1));
  const memory = await Memory.watch(browser);
  await new Gate(server, `${id}.go`).open();
  const painted = await shown;
  const peak = memory.stop();
  const [began, lastByte] = await Promise.all(["began", "ended"].map((name) => timeIn(path.join(server.home, `${id}.${name}`))));
  const tasks = await longTasks(page);
  await expect(page.getByRole("status").filter({ hasText: "Succeeded" })).toBeVisible({ timeout: 60_000 });
  return sample({ began: began ?? 0, lastByte: lastByte ?? 0, painted }, tasks, peak);
}

function sample(times: Times, tasks: number[], peak: number): Sample {
  return { after: times.painted - times.lastByte, whole: times.painted - times.began, tasks, peak };
}

/** When the frame was made in which the newest line of the log reads so. */
function waitForLast(page: Page, text: string): Promise<number> {
  return page.evaluate(
    (text) =>
      new Promise<number>((resolve) => {
        const rows = document.querySelector(".log__rows") as Element;
        const look = () => {
          if (rows.lastElementChild?.querySelector(".log-row__text")?.textContent !== text) return requestAnimationFrame(look);
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => resolve(Date.now());
          port2.postMessage(null);
        };
        look();
      }),
    text,
  );
}

/** A time that the script has written, in nanoseconds, as milliseconds. */
async function timeIn(file: string): Promise<number> {
  await expect.poll(() => stat(file).then((it) => it.size, () => 0)).toBeGreaterThan(0);
  const text = await readFile(file, "utf8");
  await rm(file);
  return Number(text) / 1e6;
}

/** Nobody is quick by showing something else: windows anywhere in the log hash to the same lines of the file. */
async function expectTheFilesText(page: Page, server: Server, api: Api): Promise<void> {
  const sha256 = (lines: string[]) => createHash("sha256").update(lines.join("\n")).digest("hex");
  const seed = Math.floor(Math.random() * 2 ** 31);
  console.log(`windows from seed ${seed}`);
  const id = (await api.runs())[0]?.id;
  // The first line is the script's own.
  for (let at = 0, random = seed; at < WINDOWS; at++) {
    random = (random * 1_103_515_245 + 12_345) % 2 ** 31;
    const line = 2 + (random % LINES);
    await page.goto(`${server.url}/runs/${id}#L${line}`);
    const log = page.getByRole("log");
    await expect(log.getByText(seen(line - 2), { exact: true })).toBeInViewport();
    const rows = await log.evaluate((element) => {
      const place = element.getBoundingClientRect();
      const all = [...element.querySelectorAll(".log__rows > *")].filter((row) => {
        const box = row.getBoundingClientRect();
        return box.bottom > place.top && box.top < place.bottom;
      });
      return all.map((row) => [Number(row.querySelector("a")?.getAttribute("aria-label")?.slice(5)), row.querySelector(".log-row__text")?.textContent ?? ""] as const);
    });
    expect(rows.length).toBeGreaterThan(10);
    const expected = rows.map(([number]) => (number === 1 ? "ready" : seen(number - 2)));
    expect(sha256(rows.map(([, text]) => text)), `lines around ${line}`).toBe(sha256(expected));
  }
}
