// How much memory the page's renderer process has, as the kernel tells it.

import { readFileSync } from "node:fs";
import type { Browser } from "@playwright/test";

const EVERY_MS = 100;

/** Looks at a browser's renderers every 100 ms until it is told to stop. */
export class Memory {
  /** The most that one renderer had, in bytes. */
  peak = 0;
  private timer: NodeJS.Timeout | undefined;

  static async watch(browser: Browser): Promise<Memory> {
    const session = await browser.newBrowserCDPSession();
    const { processInfo } = await session.send("SystemInfo.getProcessInfo");
    // The browser draws its own window by a renderer too.
    const ownWindow = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("--top-chrome-webui");
    const renderers = processInfo.filter((it) => it.type === "renderer" && !ownWindow(it.id)).map((it) => it.id);
    if (renderers.length === 0) throw new Error("the browser has no renderer");
    const memory = new Memory();
    const look = () => {
      for (const pid of renderers) memory.peak = Math.max(memory.peak, resident(pid));
    };
    memory.timer = setInterval(look, EVERY_MS);
    look();
    return memory;
  }

  /** The peak so far, in MB. */
  stop(): number {
    clearInterval(this.timer);
    return this.peak / 1e6;
  }
}

/** Bytes of a process that are in memory; 0 if it has ended. */
function resident(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
