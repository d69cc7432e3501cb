// @melloware/react-logviewer: it fetches by itself, as it is meant to, and follows.

import { LazyLog } from "@melloware/react-logviewer";
import { createElement } from "react";
import { createRoot } from "react-dom/client";
import { painted, type Times } from "./peer.ts";

const place = document.querySelector("#place") as HTMLElement;
const last = () => [...place.querySelectorAll(".log-line")].at(-1)?.textContent ?? "";
let lastByte = 0;

// It does not tell when the last byte came: the stream that it reads is watched.
const plain = window.fetch.bind(window);
window.fetch = async (...how: Parameters<typeof fetch>) => {
  const response = await plain(...how);
  const watch = new TransformStream<Uint8Array, Uint8Array>({
    flush: () => {
      lastByte = Date.now();
    },
  });
  return new Response(response.body?.pipeThrough(watch), response);
};

window.peer = {
  async start(): Promise<Times> {
    const began = Date.now();
    const loaded = new Promise<void>((resolve) => {
      const log = createElement(LazyLog, { url: "/stream", stream: true, follow: true, height: 600, width: 1200, onLoad: resolve });
      createRoot(place).render(log);
    });
    await loaded;
    for (;;) {
      const at = await painted();
      if (last().includes("1000000 ")) return { began, lastByte, painted: at };
    }
  },
  last,
};
