// Raw HTML as a reader must find it: tags of the allow-list work and leave no words, comments vanish, the rest is text.
//
// Written from the words, not from the app's code: it shares nothing with what it is there to check.

import { decodeNamedCharacterReference } from "decode-named-character-reference";

/** Tags that work inside a line. */
const IN_LINE = ["kbd", "sub", "sup", "b", "i", "em", "strong", "code", "span", "img", "a"];
/** Tags that work and begin a line of their own. */
const APART = ["details", "summary", "br", "pre", "p", "div", "table", "thead", "tbody", "tfoot", "tr", "th", "td", "caption", "colgroup", "col"];

const COMMENT = /<!--[^]*?-->/y;
const TAG = /<\/?([A-Za-z][A-Za-z0-9-]*)(?:\s+[^<>"'=/\s]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?)*\s*\/?>/y;
const ALT = /\salt\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+))/i;
const REFERENCE = /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]*));/g;

/** The text that a piece of raw HTML leaves on the page. */
export function textOfHtml(html: string): string {
  let text = "";
  for (let at = 0; at < html.length; ) {
    const comment = match(COMMENT, html, at);
    if (comment) {
      at += comment[0].length;
      continue;
    }
    const tag = match(TAG, html, at);
    if (tag) {
      text += textOfTag(tag[0], (tag[1] ?? "").toLowerCase());
      at += tag[0].length;
      continue;
    }
    const next = html.indexOf("<", at + 1);
    const end = next < 0 ? html.length : next;
    text += decoded(html.slice(at, end));
    at = end;
  }
  return text;
}

function textOfTag(tag: string, name: string): string {
  if (name === "img") {
    const alt = ALT.exec(tag);
    return decoded(alt?.[1] ?? alt?.[2] ?? alt?.[3] ?? "");
  }
  if (IN_LINE.includes(name)) return "";
  return APART.includes(name) ? "\n" : tag;
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** Character references as characters; what is none stays. */
function decoded(text: string): string {
  return text.replace(REFERENCE, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name) return decodeNamedCharacterReference(name) || whole;
    const code = decimal ? Number(decimal) : Number.parseInt(hex ?? "", 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
  });
}
