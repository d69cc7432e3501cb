// Logs that are old: compressed, which nobody notices, or removed, which the page says.

import AxeBuilder from "@axe-core/playwright";
import { existsSync } from "node:fs";
import path from "node:path";
import type { Page } from "@playwright/test";
import type { Api } from "../harness/api.ts";
import { Card } from "../harness/card.ts";
import { config } from "../harness/config.ts";
import { oneAction, type RunbookFolder } from "../harness/runbooks.ts";
import { expect, signIn, test } from "../harness/test.ts";

/** Runs a script, and gives the run's id. */
async function runOnce(page: Page, runbooks: RunbookFolder, api: Api, script: string): Promise<string> {
  await runbooks.install("act", oneAction("Act", script));
  await page.goto("/runbooks/act");
  const before = (await api.runs()).length;
  await new Card(page, "Act").press();
  // The card may still show the run before.
  const newest = async () => {
    const runs = await api.runs();
    return runs.length > before ? runs[0] : undefined;
  };
  await expect.poll(async () => (await newest())?.state).toBe("succeeded");
  return (await newest())?.id ?? "";
}

test.describe("one log of a runbook is kept", () => {
  test.use({ setup: { config: config("[retention]\ncount = 1\n"), runbooks: "none" } });

  test("the page of a run whose log was removed says so, and shows the record", async ({ page, runbooks, server, api, complaints }) => {
    complaints.expect(/Failed to load resource|net::ERR|events/);
    await signIn(page, "noc");
    const old = await runOnce(page, runbooks, api, "echo first");
    const kept = await runOnce(page, runbooks, api, "echo second");
    await server.restart();
    await expect.poll(async () => (await api.get(`/runs/${old}/log`)).status()).toBe(410);
    await page.goto(`/runs/${old}`);
    const note = page.getByRole("note").filter({ hasText: "The output of this run has been removed" });
    await expect(note).toContainText("The record of the run stays");
    await expect(page.getByRole("main").getByRole("status").first()).toHaveText("Succeeded");
    await expect(page.getByRole("region", { name: "Script" })).toContainText("echo first");
    await expect(page.getByRole("log"), "there is nothing to read").toHaveCount(0);
    await expect(page.getByRole("alert")).toHaveCount(0);
    for (const scheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    }
    await page.goto(`/runs/${kept}`);
    await expect(page.getByRole("log")).toContainText("second");
    await expect(note).toHaveCount(0);
  });
});

test.describe("logs are compressed as soon as they are old", () => {
  test.use({ setup: { config: config('[retention]\ncompress = "0s"\n'), runbooks: "none" } });

  test("a compressed log opens at any line, is searched, and is downloaded as it was", async ({ page, runbooks, server, api, complaints }) => {
    complaints.expect(/Failed to load resource|net::ERR|events/);
    await signIn(page, "noc");
    const id = await runOnce(page, runbooks, api, "for i in $(seq 1 20000); do echo row $i; done");
    const download = async () => (await api.get(`/runs/${id}/log.txt`)).text();
    const before = await download();
    await server.restart();
    const dir = path.join(server.data, "runs", id);
    await expect.poll(() => existsSync(path.join(dir, "log.zst")) && !existsSync(path.join(dir, "log"))).toBe(true);
    await page.goto(`/runs/${id}#L15000`);
    const log = page.getByRole("log");
    await expect(log.getByRole("link", { name: "Line 15000", exact: true })).toBeInViewport();
    await expect(log).toContainText("row 15000");
    await page.keyboard.press("/");
    await page.keyboard.type("row 77");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("search")).toContainText("of 111");
    expect(await download()).toBe(before);
  });
});
