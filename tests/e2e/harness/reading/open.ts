// From runbook to runbook inside the app, without loading it anew: quick enough for hundreds.

import type { Page } from "@playwright/test";

/** Follows a link to `path` (of a runbook), and waits until its text stands on the page. */
export async function openRunbook(page: Page, path: string): Promise<void> {
  await page.evaluate(followLink, path);
}

async function followLink(path: string): Promise<void> {
  const before = document.querySelector("article.prose");
  const link = document.createElement("a");
  link.href = path;
  // Inside the app, which listens to its links.
  document.querySelector("main")?.append(link);
  link.click();
  link.remove();
  const shown = () => {
    const article = document.querySelector("article.prose");
    return article !== null && article !== before;
  };
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${path} did not open: ${document.querySelector("main")?.textContent}`)), 60_000);
    const look = () => {
      if (!shown()) return void requestAnimationFrame(look);
      clearTimeout(late);
      // The text is put in before the next frame.
      requestAnimationFrame(() => resolve());
    };
    look();
  });
}

/** The address of a runbook's page. */
export function runbookPath(slug: string): string {
  return `/runbooks/${slug.split("/").map(encodeURIComponent).join("/")}`;
}
