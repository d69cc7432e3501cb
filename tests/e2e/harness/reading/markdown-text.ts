// What a markdown file says, by a parser that has nothing in common with the app's own (micromark).

import type { Nodes, Parent, Root } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";
import { textOfHtml } from "./raw-html.ts";

/** A file's text without markup, front matter and comments; blocks stand on lines of their own. */
export interface FileText {
  text: string;
  /** Whether it begins with a heading of level 1, which the app shows as the page's. */
  titled: boolean;
}

const FRONT_MATTER = /^\ufeff?---[ \t]*\r?\n(?:[^]*?\r?\n)??(?:---|\.\.\.)[ \t]*(?:\r?\n|$)/;
const ALERT = /^\[!(?:note|tip|important|warning|caution)\][ \t]*(?:\n|$)/i;

/** Hugo's way to write a link's address, and a line that asks for a list of contents: docs/FORMAT.md says what becomes of them. */
const HUGO_REF = /\]\(\{\{[<%]\s*(?:rel)?ref\s+"([^"]*)"\s*[%>]\}\}\)/g;
const CONTENTS = /^\[(?:TOC|\[_TOC_\])\][ \t]*$/gm;

/** Reads a file. */
export function textOfFile(source: string): FileText {
  const body = source.replace(FRONT_MATTER, "").replace(/^\ufeff/, "").replace(HUGO_REF, "](<$1>)").replace(CONTENTS, "");
  const root = fromMarkdown(body, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
  const first = root.children.find((node) => node.type !== "definition" && textOf(node).trim() !== "");
  return {
    text: textOf({ ...root, children: root.children }) + footnotes(root),
    titled: first?.type === "heading" && first.depth === 1,
  };
}

function textOf(node: Nodes): string {
  switch (node.type) {
    case "text":
    case "inlineCode":
      return node.value;
    case "code":
      return `\n${node.value}\n`;
    case "html":
      return textOfHtml(node.value);
    case "break":
      return "\n";
    case "image":
    case "imageReference":
      return node.alt ?? "";
    case "blockquote":
      return `\n${inside(node).replace(/^\n+/, "").replace(ALERT, "")}\n`;
    case "paragraph":
    case "heading":
    case "listItem":
    case "list":
    case "table":
    case "tableRow":
    case "tableCell":
      return `\n${inside(node)}\n`;
    // A number on the page, and notes stand at its end.
    case "footnoteReference":
    case "footnoteDefinition":
    case "definition":
    case "thematicBreak":
      return "\n".repeat(Number(node.type === "thematicBreak"));
    default:
      return "children" in node ? inside(node) : "";
  }
}

function inside(node: Parent): string {
  return node.children.map((child) => textOf(child)).join("");
}

/** The notes in the order in which the text refers to them; those that nothing refers to come last. */
function footnotes(root: Root): string {
  const order: string[] = [];
  const bodies = new Map<string, string>();
  const visit = (node: Nodes) => {
    if (node.type === "footnoteReference") order.push(node.identifier);
    if (node.type === "footnoteDefinition") bodies.set(node.identifier, `\n${inside(node)}\n`);
    if ("children" in node) node.children.forEach(visit);
  };
  visit(root);
  return [...new Set([...order, ...bodies.keys()])].map((name) => bodies.get(name) ?? "").join("");
}
