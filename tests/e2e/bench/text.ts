// The runbook that all arms draw: real ones behind each other, always the same.

import { corpora, filesOf, FIXTURES } from "../harness/reading/folder.ts";

const BYTES = 130_000;
const FRONT_MATTER = /^\ufeff?---[ \t]*\r?\n[^]*?\r?\n---[ \t]*(?:\r?\n|$)/;

/** 130 KB of the public runbooks, or of our own fixtures again and again. */
export function longRunbook(): { text: string; of: string } {
  const folder = corpora();
  const files = filesOf(folder ?? FIXTURES).map(({ source }) => source.replace(FRONT_MATTER, "").trim());
  // Spread over the folder, so that no one author's style decides.
  const step = folder ? 5 : 1;
  let text = "";
  for (let at = 0; Buffer.byteLength(text) < BYTES; at += step) {
    text += `${files[at % files.length] ?? ""}\n\n`;
  }
  return { text, of: folder ? "public runbooks" : "fixtures" };
}
