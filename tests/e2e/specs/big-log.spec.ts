import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { LogWindow } from "../harness/api.ts";
import { Card } from "../harness/card.ts";
import { oneAction } from "../harness/runbooks.ts";
import { expect, signIn, test } from "../harness/test.ts";

const LINES = 100_000;

const sha256 = (data: string | Buffer) => createHash("sha256").update(data).digest("hex");

test("of 100,000 lines the browser gets every byte, window by window, and ends at the last line", async ({ page, runbooks, server }) => {
  test.setTimeout(600_000);
  const side = path.join(server.home, "side");
  const script = `awk 'BEGIN { for (i = 1; i <= ${LINES}; i++) printf "%06d %d times %d is %.0f\\n", i, i, i, i * i }' | tee '${side}'`;
  await runbooks.install("big", oneAction("Write a lot", script, { timeout: "5m" }));

  // What the browser itself fetched, by line number.
  const fetched = new Map<number, string>();
  page.on("response", async (response) => {
    if (!/\/log\?/.test(response.url()) || !response.ok()) return;
    // Of a page that is being left, the browser keeps no answers.
    const window: LogWindow | undefined = await response.json().catch(() => undefined);
    if (!window) return;
    // While the run goes on, the last line may be unfinished.
    const whole = window.head.finished ? window.lines : window.lines.slice(0, -1);
    whole.forEach((line, index) => fetched.set(window.first + index, line.text));
  });

  await signIn(page, "noc");
  await page.goto("/runbooks/big");
  const card = new Card(page, "Write a lot");
  await card.press();
  await card.expectState("Succeeded", 120_000);
  await card.openRun();
  const log = page.getByRole("log");
  const square = (BigInt(LINES) * BigInt(LINES)).toString();
  await expect(log.getByText(`${LINES} ${LINES} times ${LINES} is ${square}`)).toBeInViewport();

  const nextMissing = () => {
    for (let line = 0; line < LINES; line++) if (!fetched.has(line)) return line;
    return LINES;
  };
  for (let line = nextMissing(); line < LINES; line = nextMissing()) {
    await log.evaluate(
      (element, share) => {
        element.scrollTop = share * element.scrollHeight;
      },
      line / LINES,
    );
    await expect.poll(() => fetched.has(line), { message: `line ${line + 1} is fetched`, intervals: [5, 10, 20, 50] }).toBe(true);
  }

  const joined = Array.from({ length: LINES }, (_, line) => `${fetched.get(line)}\n`).join("");
  const written = await readFile(side);
  expect(sha256(joined)).toBe(sha256(written));
  // However long the log, the page holds a bounded number of lines.
  expect(await log.getByRole("link", { name: /^Line / }).count()).toBeLessThan(1000);
});

test("a link to a line opens the log there", async ({ page, runbooks, api }) => {
  await runbooks.install("lines", oneAction("Count", "seq 1 5000"));
  await signIn(page, "noc");
  await page.goto("/runbooks/lines");
  const card = new Card(page, "Count");
  await card.press();
  await card.expectState("Succeeded");
  const id = (await api.runs())[0]?.id;
  await page.goto(`/runs/${id}#L1234`);
  await expect(page.getByRole("log").getByText("1234", { exact: true })).toBeInViewport();
});

test("a search in the log finds lines and leads to them", async ({ page, runbooks, api }) => {
  await runbooks.install("lines", oneAction("Count", 'for i in $(seq 1 3000); do echo "line $i"; done; echo needle; seq 1 3000; echo needle'));
  await signIn(page, "noc");
  await page.goto("/runbooks/lines");
  const card = new Card(page, "Count");
  await card.press();
  await card.expectState("Succeeded");
  await page.goto(`/runs/${(await api.runs())[0]?.id}`);
  const search = page.getByRole("searchbox", { name: "Search the log" });
  await search.fill("needle");
  await search.press("Enter");
  // It looks on from where one is: at the end of the log.
  await expect(page.getByRole("search")).toContainText("2 of 2");
  await expect(page.getByRole("log").getByText("needle")).toBeInViewport();
  await page.getByRole("button", { name: "Next" }).click();
  await expect(page.getByRole("search")).toContainText("1 of 2");
  await expect(page.getByRole("log").getByText("needle")).toBeInViewport();
});
