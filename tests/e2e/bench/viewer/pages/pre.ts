// A bare `<pre>`: text is appended as it comes.

import { painted, receive } from "./peer.ts";

const pre = document.createElement("pre");
const scroller = document.querySelector("#place") as HTMLElement;
scroller.style.overflow = "auto";
scroller.append(pre);

window.peer = {
  async start() {
    const began = Date.now();
    const decoder = new TextDecoder();
    const lastByte = await receive((bytes) => pre.append(decoder.decode(bytes, { stream: true })));
    scroller.scrollTop = scroller.scrollHeight;
    return { began, lastByte, painted: await painted() };
  },
  last: () => (pre.lastChild?.textContent ?? "").trimEnd().split("\n").at(-1) ?? "",
};
