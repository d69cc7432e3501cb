// The page that does everything wrong: it renders markdown to HTML without a thought and assigns it to innerHTML. What
// trips nothing here proves nothing there.

import { createRequire } from "node:module";
import path from "node:path";
import type { Page } from "@playwright/test";
import { type Detector, strangers } from "./detector.ts";

const MARKED = path.join(path.dirname(createRequire(import.meta.url).resolve("marked")), "marked.umd.js");
/** Frames side by side. */
const BATCH = 16;
const PATIENCE_MS = 3000;

/** Puts each string into a frame of its own; gives, by index, whether the detector saw it. */
export async function tripped(page: Page, detector: Detector, origin: string, texts: string[]): Promise<boolean[]> {
  await page.route(`${origin}/control/**`, (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html><body>" }));
  await page.route(`${origin}/control/**/x`, (route) => route.fulfill({ status: 404, body: "" }));
  await page.goto(`${origin}/control/page`);
  await page.addScriptTag({ path: MARKED });
  const seen = texts.map(() => false);
  const note = (names: string[]) => names.filter((name) => name !== "").forEach((name) => (seen[Number(name)] = true));
  for (let first = 0; first < texts.length; first += BATCH) {
    const batch = texts.slice(first, first + BATCH).map((text, at) => ({ name: String(first + at), text }));
    note(await page.evaluate(renderCarelessly, { batch, look: strangers.toString() }));
    // Some strings do nothing at all, so what does something late is waited for only so long.
    for (const late = Date.now() + PATIENCE_MS; Date.now() < late && !batch.every(({ name }) => seen[Number(name)]); ) {
      // Whatever navigates or asks does so within two answers of the server.
      for (const name of ["a", "b"]) await page.evaluate((url) => fetch(url), `/control/settle-${name}`);
      // A link to somewhere else is no attempt: pressed, it may lead there.
      note(detector.take().filter((hit) => !hit.what.includes("https://example.com")).map((hit) => hit.frame));
    }
  }
  return seen;
}

/** In the page: one frame a string; then everything in it is pressed, pointed at and focused. Gives the frames that were changed. */
async function renderCarelessly({ batch, look }: { batch: { name: string; text: string }[]; look: string }): Promise<string[]> {
  const { marked } = window as unknown as { marked: { parse(text: string): string } };
  document.querySelectorAll("iframe").forEach((old) => old.remove());
  const render = async ({ name, text }: { name: string; text: string }) => {
    const frame = document.createElement("iframe");
    frame.name = name;
    frame.src = `/control/frame-${name}`;
    const loaded = new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }));
    document.body.append(frame);
    await loaded;
    const inside = frame.contentWindow as Window & typeof globalThis;
    // Kept: a string may put an element of its own in their place.
    const home = inside.document;
    const body = home.body;
    const clobbers = new inside.Function(`return (${look})("none")`) as () => string[];
    body.innerHTML = marked.parse(text) + text;
    const changed = clobbers();
    // As jQuery's html() does: a script that was assigned only runs once it is made anew.
    for (const old of Array.from(body.getElementsByTagName("script"))) {
      const script = home.createElementNS(old.namespaceURI, "script") as HTMLScriptElement;
      for (const { name, value } of old.attributes) script.setAttribute(name, value);
      script.textContent = old.textContent;
      old.replaceWith(script);
    }
    for (const element of Array.from(body.getElementsByTagName("*"))) {
      for (const type of ["mouseover", "pointerenter", "focus"]) element.dispatchEvent(new inside.Event(type));
      element.dispatchEvent(new inside.MouseEvent("click", { bubbles: true, cancelable: true }));
    }
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 50)));
    return changed.length > 0 ? [name] : [];
  };
  return (await Promise.all(batch.map(render))).flat();
}
