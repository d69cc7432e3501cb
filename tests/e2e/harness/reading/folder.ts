// Folders of runbooks to read: the public ones that may lie beside the checkout, and a few of our own.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const CHECKOUT = fileURLToPath(new URL("../../../..", import.meta.url));
const BESIDE = path.join(CHECKOUT, "../shared/corpora");

/** The fixtures: one file for each kind of thing that real runbooks hold. */
export const FIXTURES = path.join(CHECKOUT, "tests/e2e/fixtures/reading");

/** A runbook file. */
export interface File {
  slug: string;
  source: string;
}

/** The public runbooks, or `undefined` where they are not. */
export function corpora(): string | undefined {
  return existsSync(BESIDE) ? BESIDE : undefined;
}

/** Every markdown file below `folder`, by slug. */
export function filesOf(folder: string): File[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".md"));
  return names.sort().map((name) => ({ slug: name.slice(0, -".md".length), source: readFileSync(path.join(folder, name), "utf8") }));
}
