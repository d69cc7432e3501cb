import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Page } from "@playwright/test";
import { PAYLOAD_KINDS, PAYLOADS } from "../fixtures/hostile.ts";
import { Card } from "../harness/card.ts";
import { tripped } from "../harness/hostile/control.ts";
import { Detector, strangers } from "../harness/hostile/detector.ts";
import { hostileName, hostileRunbook } from "../harness/hostile/runbook.ts";
import { withoutPolicy } from "../harness/hostile/unprotected.ts";
import { corpora } from "../harness/reading/folder.ts";
import { openRunbook, runbookPath } from "../harness/reading/open.ts";
import type { RunbookFolder } from "../harness/runbooks.ts";
import { expect, signIn, test } from "../harness/test.ts";
import { watchViolations } from "../harness/violations.ts";

// Hundreds of pages: recording each would take longer than reading it.
test.use({ trace: "off" });

const OURS = PAYLOADS.map(({ text }) => text);
const naughtyFile = path.join(corpora() ?? "", "naughty-strings.json");
const NAUGHTY: string[] = existsSync(naughtyFile) ? JSON.parse(readFileSync(naughtyFile, "utf8")) : [];
/** What is opened after the runbooks: their titles, tags and words in lists and search results. */
const LISTS = ["/", "/?q=alert", "/?q=onerror", "/?q=script", "/?q=%3Cimg", "/?tag=b"];

for (const [name, texts] of [["ours", OURS], ["public", NAUGHTY]] as const) {
  if (texts.length === 0) continue;

  test(`nothing of hostile strings (${name}) runs, even without the security policy`, async ({ page, context, runbooks, server, api }) => {
    test.setTimeout(1_500_000);
    const detector = await Detector.watch(context, server.url);
    await withoutPolicy(context, server.url);
    const files = await install(runbooks, texts);
    await signIn(page, "noc");
    await expect.poll(async () => (await (await api.get("/runbooks")).json()).total, { timeout: 30_000 }).toBe(files.length);
    expect(await readAll(page, files, detector)).toEqual([]);
    // Nothing but the app's own care has stopped them: on this page, markup from a string runs.
    await page.evaluate(assignCarelessly);
    await expect.poll(() => detector.take().map((hit) => hit.what).join()).toContain("ran alert");
  });

  test(`hostile strings (${name}) break no rule of the security policy`, async ({ page, context, runbooks, server, api }) => {
    test.setTimeout(1_500_000);
    const detector = await Detector.watch(context, server.url);
    const violations = await watchViolations(context);
    const files = await install(runbooks, texts);
    await signIn(page, "noc");
    await expect.poll(async () => (await (await api.get("/runbooks")).json()).total, { timeout: 30_000 }).toBe(files.length);
    expect(await readAll(page, files, detector)).toEqual([]);
    expect(violations).toEqual([]);
  });
}

test("the detector sees what a careless page does with the same strings", async ({ page, context, server, complaints }) => {
  test.setTimeout(600_000);
  complaints.expect(/./);
  const detector = await Detector.watch(context, server.url);
  const seen = await tripped(page, detector, server.url, OURS);
  const missed = PAYLOADS.filter((_, index) => !seen[index]);
  console.log(`the detector saw ${OURS.length - missed.length} of ${OURS.length} strings; not: ${missed.map((it) => it.text).join(" · ")}`);
  const kinds = new Set(PAYLOADS.filter((_, index) => seen[index]).map((it) => it.kind));
  expect([...kinds].sort()).toEqual([...PAYLOAD_KINDS].sort());
  expect(missed.length).toBeLessThan(OURS.length / 4);
});

test("an address that would run is no link, for the mouse and for the keyboard", async ({ page, context, runbooks, server }) => {
  const detector = await Detector.watch(context, server.url);
  const links = PAYLOADS.filter(({ kind }) => kind === "url" || kind === "data");
  const items = links.map(({ text }) => `- ${text.replace(/\n/g, " ")}`);
  await runbooks.install("links", `# Links\n\n[a good one](#links)\n\n${items.join("\n")}\n`);
  await signIn(page, "noc");
  await page.goto("/runbooks/links");
  await expect(page.getByRole("article").getByText("press").first()).toBeVisible();
  const found = page.getByRole("article").getByRole("link").and(page.locator(":not(.heading-anchor)"));
  await expect(found).toHaveText(["a good one"]);
  for (const word of await page.getByRole("article").getByText("press", { exact: true }).all()) {
    await word.click();
    await page.keyboard.press("Enter");
  }
  expect(detector.take()).toEqual([]);
  await expect(page).toHaveURL(/\/runbooks\/links/);
});

test("a run of a hostile action shows its strings as text wherever it is shown", async ({ page, context, runbooks, server, people }) => {
  const detector = await Detector.watch(context, server.url);
  const evil = "<img src=x onerror=alert(1)><script>alert(1)</script>";
  await withoutPolicy(context, server.url);
  await runbooks.install("evil", `---\ntitle: ${JSON.stringify(evil)}\n---\n\`\`\`sh\n#| action: ${JSON.stringify(evil)}\n#| danger: ${JSON.stringify(evil)}\nprintf '%s\\n' '${evil}' '::warning::${evil}'\necho '${evil}' >&2\n\`\`\`\n`);
  await signIn(page, "noc");
  await page.goto(`/runbooks/evil?reason=${encodeURIComponent(evil)}&ticket=${encodeURIComponent(evil)}`);
  const card = new Card(page, evil);
  await card.press();
  await card.expectState("Succeeded");
  await expect(card.log).toContainText(evil);
  await card.openRun();
  await expect(page.getByRole("heading", { level: 1 })).toContainText(evil);
  await expect(page.getByRole("log")).toContainText(evil);
  expect(await page.evaluate(strangers, "main")).toEqual([]);
  await page.goto("/runs");
  await expect(page.getByRole("main")).toContainText(evil);
  const other = await people.other("sre");
  await other.goto("/runs");
  await expect(other.getByRole("main")).toContainText(evil);
  expect(detector.take()).toEqual([]);
});

/** Writes one runbook for each string; gives their slugs. */
async function install(runbooks: RunbookFolder, texts: readonly string[]): Promise<{ slug: string; text: string }[]> {
  const files = texts.map((text, index) => ({ slug: hostileName(index, text), text }));
  await runbooks.installAll(files.map(({ slug, text }) => ({ slug, text: hostileRunbook(text) })));
  return files;
}

/** Opens every runbook, with its string in the address too, and the lists; gives everything that should not be. */
async function readAll(page: Page, files: { slug: string; text: string }[], detector: Detector): Promise<string[]> {
  const wrong: string[] = [];
  const look = async (what: string) => {
    const strange = await page.evaluate(strangers, "main");
    const found = [...detector.take().map((hit) => hit.what), ...strange];
    if (found.length > 0) wrong.push(`${what}: ${found.slice(0, 5).join("; ")}`);
  };
  for (const { slug, text } of files) {
    const typed = encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd"));
    await openRunbook(page, `${runbookPath(slug)}?one=${typed}&reason=${typed}&ticket=${typed}#${typed}`);
    await look(slug);
    if ((await page.evaluate(countPieces)) < 3) wrong.push(`${slug}: its text is not on the page`);
  }
  for (const list of LISTS) {
    await page.goto(list);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.locator("main [aria-busy=true]")).toHaveCount(0);
    await look(list);
  }
  return wrong;
}

/** Code blocks and cards: every file has some, whatever its string swallows. */
function countPieces(): number {
  return document.querySelectorAll("article :is(pre, .action-card)").length;
}

function assignCarelessly(): void {
  const careless = document.createElement("div");
  careless.innerHTML = "<img src=data:, onerror=alert(1)>";
  document.body.append(careless);
}
