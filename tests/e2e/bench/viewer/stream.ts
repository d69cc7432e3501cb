// The output that all arms show: a million lines, 66 MB, a fifth of them coloured, always the same.

import { createWriteStream } from "node:fs";
import { once } from "node:events";

export const LINES = 1_000_000;
/** Bytes of an average line, its end included. */
const AVERAGE = 66;
const COLOURED = 5;
const BATCH = 10_000;
const WORDS = ["opened", "closed", "request", "answered", "queue", "worker", "retry", "cache", "miss", "commit", "flush", "shard"];
const COLOURS = ["31", "32", "33", "1;34", "38;5;208", "38;2;90;160;220"];

/** The text of a line (counted from 0) as it is to be seen. */
export function seen(line: number): string {
  // Lines differ in length, all in all by nothing.
  const length = AVERAGE - 1 + ((line * 7919) % 41) - 20;
  let text = `${String(line + 1).padStart(7, "0")} `;
  for (let at = line * 31; text.length < length; at += 17) text += `${WORDS[at % WORDS.length]} `;
  return text.slice(0, length - 1) + (line % 10);
}

/** The bytes of a line as a program writes them, but for the line's end. */
function written(line: number): string {
  const text = seen(line);
  if (line % COLOURED !== 0) return text;
  const colour = COLOURS[(line / COLOURED) % COLOURS.length];
  return `${text.slice(0, 8)}\x1b[${colour}m${text.slice(8, 24)}\x1b[0m${text.slice(24)}`;
}

/** Writes the stream to a file; gives its size in bytes. */
export async function write(file: string): Promise<number> {
  const out = createWriteStream(file);
  for (let from = 0; from < LINES; from += BATCH) {
    const batch = Array.from({ length: BATCH }, (_, at) => `${written(from + at)}\n`).join("");
    if (!out.write(batch)) await once(out, "drain");
  }
  out.end();
  await once(out, "finish");
  return out.bytesWritten;
}
