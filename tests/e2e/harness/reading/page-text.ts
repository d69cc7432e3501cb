// What a runbook's page says, read from its DOM as a reader would: without the app's own words and what is not shown.

import type { Page } from "@playwright/test";

/** What the app adds to an author's text: buttons, signs, labels, numbers of notes. */
const ADDED = [
  "button",
  "[aria-hidden=true]",
  ".heading-anchor",
  ".code-block__tools",
  ".alert__title",
  ".task__box",
  ".task__note",
  ".footnote-ref",
  ".footnote-back",
  ".picture-missing__note",
  ".visually-hidden",
];

/** The text of the open runbook; `titled`: the page's heading is part of it. */
export function textOfPage(page: Page, titled: boolean): Promise<string> {
  return page.evaluate(readArticle, { added: ADDED.join(), titled });
}

function readArticle({ added, titled }: { added: string; titled: boolean }): string {
  const article = document.querySelector("article.prose");
  if (!article) throw new Error(`${location.pathname} has no article`);
  const read = (node: Node): string => {
    // A picture that is not loaded is a link that says so around the picture's own words.
    if (node.nodeType === Node.TEXT_NODE) return node.nodeValue?.replace(/^\[Image: ([^]*)\]$/, "$1") ?? "";
    if (!(node instanceof Element) || node.matches(added)) return "";
    if (node instanceof HTMLImageElement) return node.alt;
    if (node instanceof HTMLBRElement) return "\n";
    const { display } = getComputedStyle(node);
    if (display === "none") return "";
    const inner = [...node.childNodes].map(read).join("");
    return display.startsWith("inline") || display === "contents" ? inner : `\n${inner}\n`;
  };
  const title = document.querySelector("h1.page__title")?.textContent ?? "";
  const again = article.querySelector(":scope > .part > :first-child")?.tagName === "H1";
  return `${titled && !again ? title : ""}\n${read(article)}`;
}
