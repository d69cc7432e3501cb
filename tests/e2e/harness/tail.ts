// The event stream as a client gets it that does nothing with it: what the machine can do at best.

import type { Page } from "@playwright/test";
import type { Server } from "./server.ts";

/** Follows a run's newest lines while `during` goes on; gives how old the newest one was at worst, in milliseconds. */
export async function oldestOnTheWire(page: Page, server: Server, run: string, during: () => Promise<void>): Promise<number> {
  const cookies = await page.context().cookies(server.url);
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  const end = new AbortController();
  const response = await fetch(`${server.url}/api/v1/events?run=${run}`, { headers: { cookie }, signal: end.signal });
  const read = follow(response);
  await during();
  end.abort();
  return read;
}

async function follow(response: Response): Promise<number> {
  let [oldest, newest, text] = [0, 0, ""];
  const decoder = new TextDecoder();
  try {
    for await (const bytes of response.body ?? []) {
      // Up to here, the line that came last was the newest.
      if (newest > 0) oldest = Math.max(oldest, Date.now() - newest);
      text += decoder.decode(bytes, { stream: true });
      const messages = text.split("\n\n");
      text = messages.pop() ?? "";
      for (const message of messages) newest = timeOfNewest(message) || newest;
    }
  } catch (error) {
    if ((error as Error).name !== "AbortError") throw error;
  }
  return oldest;
}

/** The time that the last line of a message begins with, if it is a message with lines. */
function timeOfNewest(message: string): number {
  const data = message.split("\n").find((line) => line.startsWith("data:"))?.slice("data:".length);
  const lines: { text: string }[] = data ? (JSON.parse(data).window?.lines ?? []) : [];
  return Number(lines.at(-1)?.text.split(" ")[0]) || 0;
}
