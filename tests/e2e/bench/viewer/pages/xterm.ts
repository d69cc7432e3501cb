// xterm.js as its guide says: written to with flow control, drawn by its own renderer. `?scrollback=N` lines are kept.

import { Terminal } from "@xterm/xterm";
import { painted, receive } from "./peer.ts";

const scrollback = Number(new URLSearchParams(location.search).get("scrollback"));
const terminal = new Terminal({ cols: 120, rows: 36, scrollback, convertEol: true });
terminal.open(document.querySelector("#place") as HTMLElement);

/** What has come and was not written yet. */
const waiting: Uint8Array[] = [];
let writing = false;
let idle = () => {};

function write(): void {
  const next = waiting.shift();
  writing = next !== undefined;
  if (next) terminal.write(next, write);
  else idle();
}

window.peer = {
  async start() {
    const began = Date.now();
    const lastByte = await receive((bytes) => {
      waiting.push(bytes);
      if (!writing) write();
    });
    await new Promise<void>((resolve) => {
      idle = resolve;
      if (!writing) resolve();
    });
    return { began, lastByte, painted: await painted() };
  },
  last() {
    const buffer = terminal.buffer.active;
    for (let line = buffer.length - 1; line >= 0; line--) {
      const text = buffer.getLine(line)?.translateToString(true);
      if (text) return text;
    }
    return "";
  },
};
