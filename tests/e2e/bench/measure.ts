// One drawing of a text, in the tab: how long the script takes, and how long until it is painted.
//
// Every arm draws into the article of a runbook's page of the app, under the app's stylesheets. The app's own arm is the
// app itself, on its own way from the text to the page: with its copy buttons and anchors, which the others do not have.
// What the app does between reading the text and drawing it, that is leaving one page and drawing the other's head and table of
// contents, is no arm's work; the time with it is told apart.

/** Milliseconds. */
export interface Sample {
  /** Markdown to elements. */
  script: number;
  /** Script, and what the browser needs until the frame that shows it has been made. */
  painted: number;
  /** The app's change from page to page, from the answer in hand to the frame. */
  page?: number;
  /** Characters of text in the article: whether it drew at all. */
  characters: number;
}

interface Libraries {
  marked: { parse(text: string): string };
  markdownit: (options: object) => { render(text: string): string };
  commonmark: {
    Parser: new () => { parse(text: string): unknown };
    HtmlRenderer: new () => { render(tree: unknown): string };
  };
}

/** In the page: one library's turn. */
export async function drawByLibrary({ arm, text }: { arm: string; text: string }): Promise<Sample> {
  const { marked, markdownit, commonmark } = window as unknown as Libraries;
  const renderers: Record<string, () => string> = {
    marked: () => marked.parse(text),
    "markdown-it": () => markdownit({ html: true, linkify: true }).render(text),
    "commonmark.js": () => new commonmark.HtmlRenderer().render(new commonmark.Parser().parse(text)),
  };
  const render = renderers[arm];
  const article = document.querySelector("article.prose");
  if (!render || !article) throw new Error(`there is no ${render ? "article" : arm}`);
  const nextTask = () =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = resolve;
      port2.postMessage(null);
    });
  const frame = () => new Promise(requestAnimationFrame);
  const FRAME_MS = 1000 / 60;
  article.replaceChildren();
  await frame().then(frame);
  // The app begins when its answer comes, somewhere between two frames; who began right behind one would wait less for the next.
  await new Promise((resolve) => setTimeout(resolve, Math.random() * FRAME_MS));
  await nextTask();
  const start = performance.now();
  article.innerHTML = render();
  const script = performance.now() - start;
  article.getBoundingClientRect();
  await frame().then(nextTask);
  const painted = performance.now() - start;
  const characters = article.textContent?.length ?? 0;
  article.replaceChildren();
  await frame().then(frame);
  return { script, painted, characters };
}

/** In the page: the app's turn, by a link to the runbook. It leaves the page of `home` and comes back to it. */
export async function drawByApp({ path, home }: { path: string; home: string }): Promise<Sample> {
  const nextTask = () =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = resolve;
      port2.postMessage(null);
    });
  const frame = () => new Promise(requestAnimationFrame);
  const time = (name: string) => performance.getEntriesByName(`lastmile:${name}`).at(-1)?.startTime ?? Number.NaN;
  // A PerformanceObserver is told after the next frame, in which the text may be painted already: the marks are heard as they are set.
  const mark = performance.mark;
  const follow = async (address: string) => {
    const link = document.createElement("a");
    link.href = address;
    document.querySelector("main")?.append(link);
    const built = new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${address} was not drawn`)), 30_000);
      performance.mark = (name, options) => {
        // What was drawn before the text (the head, the list of contents) is laid out before the text's time begins.
        if (name === "lastmile:building") document.body.getBoundingClientRect();
        // The text stands in the document, and the browser has not laid anything of it out.
        if (name === "lastmile:built") resolve(clearTimeout(late));
        return mark.call(performance, name, options);
      };
    });
    link.click();
    link.remove();
    await built.finally(() => {
      performance.mark = mark;
    });
  };
  await follow(path);
  const article = document.querySelector("article.prose");
  article?.getBoundingClientRect();
  await frame().then(nextTask);
  const end = performance.now();
  const parsing = time("parsed") - time("received");
  const script = parsing + (time("built") - time("building"));
  const painted = parsing + (end - time("building"));
  const page = end - time("received");
  const characters = article?.textContent?.length ?? 0;
  await follow(home);
  await frame().then(frame);
  return { script, painted, page, characters };
}
