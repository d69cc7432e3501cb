// What scripts may say about their own output: groups, errors, progress; and how it is shown.

import { Card } from "../harness/card.ts";
import { Gate } from "../harness/gate.ts";
import { oneAction } from "../harness/runbooks.ts";
import { expect, signIn, test } from "../harness/test.ts";

const SCRIPT = `
echo before
echo "::group::Copy tables"
for i in $(seq 1 30); do echo "table $i"; done
echo "::endgroup::"
echo "::error file=deploy.sh,line=12::No space left"
echo "::warning::Old format"
echo '{"level":"info","items":[1,2],"msg":"done"}'
printf '\\033]8;;https://example.org/log\\033\\\\the report\\033]8;;\\033\\\\ and \\033]0;secret title\\007\\033[38;5;17mdark blue\\033[0m\\n'
echo "see https://example.org/docs."
printf 'user \\342\\200\\256txt.exe\\n'
i=0; while [ $i -lt 400 ]; do printf '0123456789'; i=$((i+1)); done; echo
for i in $(seq 1 50); do echo "after $i"; done`;

test("groups fold, remarks are marked, and what programs write reads as in a terminal", async ({ page, runbooks, api }) => {
  await runbooks.install("shape", oneAction("Shape", SCRIPT));
  await signIn(page, "noc");
  await page.goto("/runbooks/shape");
  const card = new Card(page, "Shape");
  await card.press();
  await card.expectState("Succeeded");
  await page.goto(`/runs/${(await api.runs())[0]?.id}#L1`);
  const log = page.getByRole("log");

  await test.step("a group folds to its head, and lines keep their numbers", async () => {
    const group = log.getByRole("button", { name: "Copy tables" });
    await expect(group).toHaveAttribute("aria-expanded", "true");
    await expect(log.getByText("table 7", { exact: true })).toBeVisible();
    await group.click();
    await expect(log.getByRole("button", { name: "Copy tables" })).toHaveAttribute("aria-expanded", "false");
    await expect(log.getByText("table 7", { exact: true })).toHaveCount(0);
    await expect(log).toContainText("31 lines");
    await expect(log.getByRole("link", { name: "Line 34", exact: true })).toBeVisible();
  });
  await test.step("errors and warnings say so in words, and are found", async () => {
    await expect(log.getByText("Error: No space left (deploy.sh:12)")).toBeVisible();
    await expect(log.getByRole("img", { name: "Warning" })).toBeVisible();
    await page.getByText("More", { exact: true }).click();
    await page.getByRole("button", { name: "List errors and warnings" }).click();
    await expect(page.getByRole("search")).toContainText("1 of 2");
    await expect(log.getByText("table 30", { exact: true })).toBeVisible();
    await expect(log.getByText("table 28", { exact: true })).toHaveCount(0);
    await page.getByRole("button", { name: "Only matches" }).click();
    await expect(log.getByText("after 10", { exact: true })).toBeAttached();
  });
  await test.step("links show where they lead; payloads of other sequences are gone; what reorders is visible", async () => {
    await expect(log.getByRole("link", { name: "the report" })).toHaveAttribute("href", "https://example.org/log");
    await expect(log).toContainText("https://example.org/log");
    await expect(log.getByRole("link", { name: "https://example.org/docs" })).toBeVisible();
    await expect(log).not.toContainText("secret title");
    await expect(log).toContainText("user ⟨U+202E⟩txt.exe");
  });
  await test.step("a long line is folded and opens on request", async () => {
    await log.getByRole("button", { name: "Show all 4\u202f000 characters" }).click();
    await expect(log.getByRole("button", { name: "Show less" })).toBeAttached();
  });
  await test.step("how lines look is chosen and remembered", async () => {
    const wide = () => log.evaluate((element) => element.scrollWidth > element.clientWidth);
    await expect.poll(wide).toBe(true);
    await page.getByText("View", { exact: true }).click();
    await page.getByLabel("Wrap long lines").check();
    await expect.poll(wide).toBe(false);
    await page.getByLabel("Pretty JSON").check();
    await page.getByRole("combobox", { name: "Time" }).selectOption("Clock");
    await expect(log.getByText('"level": "info"')).toBeVisible();
    await page.reload();
    await expect(log.getByText('"level": "info"')).toBeVisible();
    await expect(log.locator(".log-row__time").first()).toHaveAttribute("data-time", /^\d\d:\d\d:\d\d\.\d{3}$/);
    await log.press("End");
    await expect(log.getByText("after 50", { exact: true })).toBeInViewport();
    await log.press("Home");
    await expect(log.getByText("before", { exact: true })).toBeInViewport();
  });
});

test("progress that a script tells is a bar on the card, on the run's page and in the tab's title", async ({ page, runbooks, server }) => {
  const [first, second] = [new Gate(server, "first"), new Gate(server, "second")];
  const script = `echo "LASTMILE_PROGRESS=0.4 copying tables"\n${first.wait}\nprintf '\\033]9;4;1;75\\007indexing\\n'\n${second.wait}\necho done`;
  await runbooks.install("steps", oneAction("Move", script));
  await signIn(page, "noc");
  await page.goto("/runbooks/steps");
  const card = new Card(page, "Move");
  await card.press();
  await expect(card.root.getByRole("progressbar")).toHaveAttribute("value", "40");
  await expect(card.root).toContainText("40 % · copying tables");
  await card.openRun();
  await expect(page.getByRole("progressbar")).toHaveAttribute("value", "40");
  await expect(page).toHaveTitle(/^40 % · /);
  // A screen reader hears a calm log.
  await expect(page.getByRole("log")).toHaveAttribute("aria-live", "polite");
  await first.open();
  await expect(page.getByRole("progressbar")).toHaveAttribute("value", "75");
  await second.open();
  await expect(page.getByRole("progressbar")).toHaveCount(0);
  await expect(page).not.toHaveTitle(/%/);
});
