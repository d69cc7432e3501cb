// Words, and which of them are missing.

const WORD = /[\p{L}\p{N}\p{M}_]+|[^\s\p{L}\p{N}\p{M}_]/gu;
/** After a difference this many words in a row must be equal, */
const SURE = 4;
/** and are looked for this far. */
const FAR = 600;

/** Runs of letters and digits, and every other sign by itself. */
export function words(text: string): string[] {
  return text.match(WORD) ?? [];
}

/** A place where a page and its file differ. */
export interface Difference {
  kind: "missing" | "added";
  words: string;
  /** The words before it, which are in both. */
  after: string;
  /** What the page has from there on. */
  page: string;
}

/** Walks through both in order: what the page lacks, and what it has besides. */
export function differences(file: string[], page: string[]): Difference[] {
  const found: Difference[] = [];
  let [i, j] = [0, 0];
  while (i < file.length || j < page.length) {
    if (i < file.length && file[i] === page[j]) {
      [i, j] = [i + 1, j + 1];
      continue;
    }
    const [skipFile, skipPage] = nextEqual(file, i, page, j);
    const context = { after: file.slice(Math.max(0, i - 6), i).join(" "), page: page.slice(j, j + 12).join(" ") };
    if (skipFile > 0) found.push({ kind: "missing", words: file.slice(i, i + skipFile).join(" "), ...context });
    if (skipPage > 0) found.push({ kind: "added", words: page.slice(j, j + skipPage).join(" "), ...context });
    [i, j] = [i + skipFile, j + skipPage];
  }
  return found;
}

/** How many words to leave out on either side until both go on alike; all, if they never do. */
function nextEqual(file: string[], i: number, page: string[], j: number): [number, number] {
  const [filesLeft, pagesLeft] = [file.length - i, page.length - j];
  for (let sum = 1; sum <= Math.min(FAR, filesLeft + pagesLeft); sum++) {
    for (let a = Math.max(0, sum - pagesLeft); a <= Math.min(sum, filesLeft); a++) {
      if (alike(file, i + a, page, j + sum - a)) return [a, sum - a];
    }
  }
  return [filesLeft, pagesLeft];
}

function alike(file: string[], i: number, page: string[], j: number): boolean {
  for (let n = 0; n < SURE; n++) {
    if (file[i + n] !== page[j + n]) return false;
    // Both end here: that is equal too.
    if (i + n >= file.length) return true;
  }
  return true;
}
