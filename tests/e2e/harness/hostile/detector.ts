// Sees whether a string from a file has become more than text: code that runs, a page that leaves, a request to another
// host, an element or address that no text may cause.

import type { BrowserContext, Frame, Page, Request } from "@playwright/test";

/** What happened, and in which frame. */
export interface Hit {
  frame: string;
  what: string;
}

/** Watches all pages of a context that are opened from now on. */
export class Detector {
  private hits: Hit[] = [];

  private constructor(private readonly origin: string) {}

  static async watch(context: BrowserContext, origin: string): Promise<Detector> {
    const detector = new Detector(origin);
    await context.exposeBinding("tellRan", ({ frame }, what: string) => detector.add(nameOf(frame), `ran ${what}`));
    await context.addInitScript(hookCalls);
    await context.route(
      (url) => url.origin !== origin,
      async (route) => {
        detector.add(nameOfFrame(route.request()), `asked for ${route.request().url()}`);
        await route.abort();
      },
    );
    context.on("page", (page) => detector.follow(page));
    return detector;
  }

  /** What happened since this was asked the last time. */
  take(): Hit[] {
    return this.hits.splice(0);
  }

  private follow(page: Page): void {
    void page.opener().then((opener) => {
      if (opener) this.add("", `opened ${page.url()}`);
    });
    page.on("dialog", (dialog) => {
      this.add("", `dialog ${dialog.type()}`);
      void dialog.dismiss();
    });
    page.on("framenavigated", (frame) => {
      const url = frame.url();
      if (url !== "about:blank" && !url.startsWith(this.origin)) this.add(nameOf(frame), `went to ${url}`);
    });
  }

  private add(frame: string, what: string): void {
    this.hits.push({ frame, what });
  }
}

/** A new window that is still being opened has no frame yet. */
function nameOfFrame(request: Request): string {
  try {
    return nameOf(request.frame());
  } catch {
    return "";
  }
}

/** A frame's name; of one that has none, that of the frame around it. */
function nameOf(frame: Frame): string {
  let named: Frame | null = frame;
  while (named && named.name() === "") named = named.parentFrame();
  return named?.name() ?? "";
}

/** In every frame: what payloads call tells instead. */
function hookCalls(): void {
  const tell = (window as unknown as { tellRan(what: string): void }).tellRan;
  for (const name of ["alert", "confirm", "prompt", "print"]) {
    Object.defineProperty(window, name, { value: () => tell(`${name} in ${location.pathname}`), configurable: true });
  }
}

/** What stands below `root` that no text may cause. It is run in the page, so it names nothing from outside. */
export function strangers(root: string): string[] {
  const found: string[] = [];
  const tags = /^(SCRIPT|IFRAME|FRAME|FRAMESET|OBJECT|EMBED|APPLET|BASE|META|LINK|STYLE|TEMPLATE|NOSCRIPT|MARQUEE|VIDEO|AUDIO|SOURCE|PICTURE|TITLE|XMP|MATH|FOREIGNOBJECT|ANIMATE|SET|USE|IMAGE)$/i;
  const attributes = /^(on.*|srcdoc|formaction|action|srcset|background|poster|ping|xlink:href|http-equiv|is|nonce|dynsrc|lowsrc)$/i;
  const schemes = ["http:", "https:", "mailto:", "tel:"];
  for (const element of document.querySelectorAll(`${root} *`)) {
    if (tags.test(element.tagName)) found.push(`element ${element.outerHTML.slice(0, 120)}`);
    for (const { name, value } of element.attributes) {
      // The app itself sets heights and places, by the style's own properties.
      const styled = name === "style" && /url|fixed|animation|expression/i.test(value);
      if (styled || attributes.test(name)) found.push(`attribute ${element.outerHTML.slice(0, 120)}`);
    }
    // The browser's own reading of an address decides, not ours.
    const link = element instanceof HTMLAnchorElement && element.hasAttribute("href");
    // ":" is an address that the browser can't read at all, so it leads nowhere.
    if (link && ![...schemes, ":"].includes(element.protocol)) found.push(`link ${element.outerHTML.slice(0, 120)}`);
    const picture = element instanceof HTMLImageElement ? new URL(element.src || "/", location.href).origin : location.origin;
    if (picture !== location.origin) found.push(`picture ${element.outerHTML.slice(0, 120)}`);
  }
  if (document.baseURI !== location.href) found.push(`base ${document.baseURI}`);
  const methods = ["getElementById", "createElement", "querySelector", "createTextNode", "adoptNode"] as const;
  for (const name of methods) {
    if (typeof document[name] !== "function") found.push(`document.${name} is another`);
  }
  if (!(document.body instanceof HTMLBodyElement)) found.push("document.body is another");
  if (typeof document.cookie !== "string") found.push("document.cookie is another");
  return found;
}
