// Pointing at lines: links, ranges, what lands in the ticket; search; the phone.

import { Card } from "../harness/card.ts";
import { oneAction } from "../harness/runbooks.ts";
import { expect, expectToFit, signIn, test } from "../harness/test.ts";

test("lines are selected by clicks, shared by link, and copied for a ticket", async ({ page, context, runbooks, api, server }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await runbooks.install("lines", oneAction("Count", "for i in $(seq 1 5000); do printf 'row \\033[31m%s\\033[0m\\n' $i; done"));
  await signIn(page, "noc");
  await page.goto("/runbooks/lines");
  const card = new Card(page, "Count");
  await card.press();
  await card.expectState("Succeeded");
  const id = (await api.runs())[0]?.id;
  await page.goto(`/runs/${id}#L1200`);
  const log = page.getByRole("log");
  const line = (number: number) => log.getByRole("link", { name: `Line ${number}`, exact: true });
  await expect(line(1200)).toBeInViewport();

  await line(1202).click();
  await expect(page).toHaveURL(new RegExp(`/runs/${id}#L1202$`));
  await line(1204).click({ modifiers: ["Shift"] });
  await expect(page).toHaveURL(new RegExp(`/runs/${id}#L1202-L1204$`));
  const selected = page.getByRole("group", { name: "Selected lines" });
  await expect(selected).toContainText("Lines 1202–1204");

  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await selected.getByRole("button", { name: "Copy text" }).click();
  await expect.poll(copied).toBe("row 1202\nrow 1203\nrow 1204\n");
  await selected.getByRole("button", { name: "Copy as Markdown" }).click();
  const link = `${server.url}/runs/${id}#L1202-L1204`;
  await expect.poll(copied).toBe(`[Count, lines 1202–1204](${link})\n\n\`\`\`text\nrow 1202\nrow 1203\nrow 1204\n\`\`\`\n`);

  await page.goto("/");
  await page.goto(link);
  for (const number of [1202, 1203, 1204]) {
    await expect(line(number).locator("..")).toHaveClass(/log-row--target/);
    await expect(line(number)).toBeInViewport();
  }
  await expect(line(1201).locator("..")).not.toHaveClass(/log-row--target/);
});

test("a search counts, steps, takes expressions and filters to matches with their neighbours", async ({ page, runbooks, api }) => {
  const script = 'for i in $(seq 1 3000); do case $i in 500|1500|2500) echo "Failed $i";; *) echo "row $i";; esac; done';
  await runbooks.install("lines", oneAction("Count", script));
  await signIn(page, "noc");
  await page.goto("/runbooks/lines");
  const card = new Card(page, "Count");
  await card.press();
  await card.expectState("Succeeded");
  await page.goto(`/runs/${(await api.runs())[0]?.id}#L1`);
  const log = page.getByRole("log");
  const found = page.getByRole("search");
  await expect(log.getByText("row 1", { exact: true })).toBeVisible();
  await page.keyboard.press("/");
  await page.keyboard.type("failed");
  await page.keyboard.press("Enter");
  await expect(found).toContainText("1 of 3");
  await expect(log.getByText("Failed 500")).toBeInViewport();
  await page.keyboard.press("Enter");
  await expect(log.getByText("Failed 1500")).toBeInViewport();
  await page.keyboard.press("Shift+Enter");
  await expect(found).toContainText("1 of 3");
  await found.getByRole("button", { name: "Match case" }).click();
  await expect(found).toContainText("No match");
  await found.getByRole("button", { name: "Match case" }).click();
  await expect(found).toContainText("1 of 3");

  await found.getByRole("button", { name: "Only matches" }).click();
  for (const number of [500, 1500, 2500]) await expect(log.getByText(`Failed ${number}`)).toBeInViewport();
  await expect(log.getByText("row 1503", { exact: true })).toBeInViewport();
  await expect(log.getByText("row 1504", { exact: true })).toHaveCount(0);
  await found.getByRole("button", { name: "Only matches" }).click();
  await expect(log.getByText("row 499", { exact: true })).toBeInViewport();
  await expect(log.getByText("row 510", { exact: true })).toBeAttached();

  await found.getByRole("searchbox").fill("row (7|8)7$");
  await found.getByRole("button", { name: "Regular expression" }).click();
  await expect(found).toContainText("1 of 2");
});

test("on a phone the page never scrolls sideways and controls are large enough for a finger", async ({ browser, page, runbooks, api, server }) => {
  await runbooks.install("wide", oneAction("Wide", "seq -s ' ' 1 300; echo '::error::'$(seq -s , 1 200)"));
  await signIn(page, "noc");
  await page.goto("/runbooks/wide");
  const card = new Card(page, "Wide");
  await card.press();
  await card.expectState("Succeeded");
  const id = (await api.runs())[0]?.id;
  const state = await page.context().storageState();
  const context = await browser.newContext({
    storageState: state, baseURL: server.url, viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, deviceScaleFactor: 3,
  });
  const phone = await context.newPage();
  for (const path of [`/runs/${id}`, "/runbooks/wide"]) {
    await phone.goto(path);
    await expect(phone.getByRole("log")).toContainText("Error");
    await expectToFit(phone, 360);
  }
  await phone.goto(`/runs/${id}#L1`);
  await expect(phone.getByRole("log")).toContainText("Error");
  for (const control of await phone.locator(".log__toolbar").locator("button, summary, input").all()) {
    if (!(await control.isVisible())) continue;
    const box = await control.boundingBox();
    expect(box?.height, await control.innerText()).toBeGreaterThanOrEqual(44);
  }
  await context.close();
});
