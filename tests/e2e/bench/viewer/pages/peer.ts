// What the pages of the peers have in common: how the bytes come, and when something has been painted.

/** Milliseconds since 1970. */
export interface Times {
  began: number;
  lastByte: number;
  painted: number;
}

/** A page of a peer, as the bench drives it. */
export interface Peer {
  /** Fetches the stream and shows it, to the last line. */
  start(): Promise<Times>;
  /** The last line that is shown. */
  last(): string;
}

declare global {
  interface Window {
    peer: Peer;
  }
}

/** When the frame that is due has been made. */
export function painted(): Promise<number> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve(Date.now());
      port2.postMessage(null);
    });
  });
}

/** Gives the stream's bytes as they come. Nothing waits for `take`: a program that writes does not either. */
export async function receive(take: (bytes: Uint8Array) => void): Promise<number> {
  const reader = (await fetch("/stream")).body?.getReader();
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true };
    if (done || !value) return Date.now();
    take(value);
  }
}
