// The process table, as the kernel tells it.

import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

/** A process that is alive: not one that has ended and was not collected yet. */
export interface Process {
  pid: number;
  command: string;
}

function processes(matches: (pid: number, command: string) => boolean): Process[] {
  const found: Process[] = [];
  for (const entry of readdirSync("/proc")) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    // A process may end while it is looked at.
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
      const state = /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1];
      if (state !== "Z" && state !== "X" && matches(pid, command)) found.push({ pid, command });
    } catch {}
  }
  return found;
}

/** Processes whose command line holds `text`. */
export function processesNamed(text: string): Process[] {
  return processes((_, command) => command.includes(text));
}

/** Processes whose command line or environment holds `text`. */
export function processesWith(text: string): Process[] {
  return processes((pid, command) => command.includes(text) || readFileSync(`/proc/${pid}/environ`, "utf8").includes(text));
}

/** Ends processes: first politely, then, after five seconds, for good. */
export async function endAll(these: Process[]): Promise<void> {
  const signal = (pid: number, name: NodeJS.Signals) => {
    try {
      return process.kill(pid, name);
    } catch {
      return false;
    }
  };
  for (const { pid } of these) signal(pid, "SIGTERM");
  const pids = new Set(these.map(({ pid }) => pid));
  const left = () => processes((pid) => pids.has(pid));
  for (const deadline = Date.now() + 5000; left().length > 0 && Date.now() < deadline; ) await pause(50);
  for (const { pid } of left()) signal(pid, "SIGKILL");
}
