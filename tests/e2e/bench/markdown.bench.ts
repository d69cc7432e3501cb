import { createRequire } from "node:module";
import path from "node:path";
import type { Page } from "@playwright/test";
import { withoutPolicy } from "../harness/hostile/unprotected.ts";
import { expect, signIn, test } from "../harness/test.ts";
import { drawByApp, drawByLibrary, type Sample } from "./measure.ts";
import { figure, type Samples, table } from "./table.ts";
import { longRunbook } from "./text.ts";

const OWN = "lastmile";
const LIBRARIES = { marked: "marked.umd.js", "markdown-it": "browser/markdown-it.umd.min.js", "commonmark.js": "commonmark.min.js" };
const ARMS = [OWN, ...Object.keys(LIBRARIES)];
const FIRST_TIMES = 15;
const TIMES = 20;
// The app's text has parts, which the browser lays out when they come near. The libraries' blocks get the same.
const WITH = "article.prose > :not(.part) { content-visibility: auto; contain-intrinsic-size: auto 3rem }";
const WITHOUT = "article.prose, article.prose * { content-visibility: visible !important }";

const modules = createRequire(import.meta.url);
const folder = (name: string): string => path.dirname(modules.resolve(name));
const SCRIPTS = [
  path.join(folder("marked"), LIBRARIES.marked),
  path.join(folder("markdown-it"), LIBRARIES["markdown-it"]),
  path.join(folder("commonmark"), LIBRARIES["commonmark.js"]),
];

test("the app draws a long runbook sooner than the libraries do", async ({ page, context, complaints, runbooks, server }) => {
  const { text, of } = longRunbook();
  await withoutPolicy(context, server.url);
  // A browser without a profile fetches and draws the tab's icon at every change of the address, 6 to 8 ms that only one arm would have.
  await context.route(/\/favicon/, (route) => route.abort());
  complaints.expect(/favicon/);
  await runbooks.install("long", text);
  await runbooks.install("home", "# Home\n\nA short one.\n");
  await signIn(page, "noc");
  const draw = (arm: string): Promise<Sample> =>
    arm === OWN ? page.evaluate(drawByApp, { path: "/runbooks/long", home: "/runbooks/home" }) : page.evaluate(drawByLibrary, { arm, text });

  const first: Samples = new Map(ARMS.map((arm) => [arm, []]));
  for (let time = 0; time < FIRST_TIMES; time++) {
    for (const arm of turned(ARMS, time)) {
      await open(page);
      first.get(arm)?.push(await draw(arm));
    }
  }
  const [steady, plain]: Samples[] = [new Map(ARMS.map((arm) => [arm, []])), new Map(ARMS.map((arm) => [arm, []]))];
  await open(page);
  for (const samples of [steady, plain]) {
    if (samples === plain) await page.addStyleTag({ content: WITHOUT });
    for (const arm of ARMS) await draw(arm);
    for (let time = 0; time < TIMES; time++) {
      for (const arm of turned(ARMS, time)) samples?.get(arm)?.push(await draw(arm));
    }
  }
  console.log(`\n${Math.round(Buffer.byteLength(text) / 1000)} KB of ${of}, Chromium ${page.context().browser()?.version()}\n`);
  for (const [title, samples] of [["first call", first], ["steady", steady], ["steady, without content-visibility", plain]] as const) {
    if (!samples) continue;
    console.log(`${table(title, samples, OWN)}\n`);
    check(samples, text);
  }
  console.log(`the app's change of pages, steady: ${figure(steady ?? first, OWN, "page").toFixed(1)} ms\n`);
  for (const arm of Object.keys(LIBRARIES)) {
    expect.soft(figure(first, OWN, "painted"), `first call, ${arm}`).toBeLessThan(figure(first, arm, "painted"));
    expect.soft(figure(steady ?? first, OWN, "painted"), `steady, ${arm}`).toBeLessThan(figure(steady ?? first, arm, "painted"));
  }
});

/** A fresh page of the app with the libraries loaded and compiled, none of them called yet. */
async function open(page: Page): Promise<void> {
  await page.goto("/runbooks/home");
  await expect(page.getByRole("article")).toContainText("A short one.");
  await page.addStyleTag({ content: WITH });
  await page.addStyleTag({ content: await page.evaluate(frameOfCode) });
  for (const script of SCRIPTS) await page.addScriptTag({ path: script });
  await page.requestGC();
  await page.evaluate(atRest);
}

/** In the page: the frame that the app draws around code, for the code of the libraries. */
function frameOfCode(): string {
  const all = (rules: CSSRuleList): CSSRule[] => [...rules].flatMap((rule) => ("cssRules" in rule ? [rule, ...all(rule.cssRules as CSSRuleList)] : [rule]));
  const rules = [...document.styleSheets].flatMap((sheet) => all(sheet.cssRules));
  const frames = rules.filter((rule) => rule instanceof CSSStyleRule && rule.selectorText.split(", ").includes(".prose .code"));
  if (!frames.length) throw new Error("no rule frames code");
  return frames.map((rule) => `article.prose pre:not(.code-block) { ${(rule as CSSStyleRule).style.cssText} }`).join("\n");
}

/** In the page: until it has had nothing to do for a while. What it still does after loading is no arm's work. */
async function atRest(): Promise<void> {
  const idle = () => new Promise<IdleDeadline>((resolve) => requestIdleCallback(resolve));
  for (let quiet = 0; quiet < 20; ) quiet = (await idle()).timeRemaining() > 8 ? quiet + 1 : 0;
}

/** Every arm comes first as often as the others. */
function turned<T>(list: T[], by: number): T[] {
  const at = by % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}

/** Nobody is quick by leaving something out. */
function check(samples: Samples, text: string): void {
  for (const [arm, list] of samples) {
    for (const sample of list) {
      expect(sample.characters, `${arm}'s text`).toBeGreaterThan(text.length * 0.7);
      expect(sample.painted, `${arm}'s times`).toBeGreaterThan(sample.script);
      expect(sample.script, `${arm}'s times`).toBeGreaterThan(0);
    }
  }
}
