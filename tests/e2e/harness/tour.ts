// One of every page, with something on it.

import type { Page } from "@playwright/test";
import { Card, runIdOf } from "./card.ts";
import type { People } from "./test.ts";
import { expect, signIn } from "./test.ts";

/** A page of the app, by what it is. */
export interface Stop {
  name: string;
  path: string;
}

/**
 * Signs in as noc on `page` and gives every page of the app: with the shipped runbooks, a finished run and one that
 * waits. `netsec`, signed in elsewhere, has it to answer.
 */
export async function everyPage(page: Page, people: People): Promise<{ stops: Stop[]; netsec: Page; waiting: string }> {
  await signIn(page, "noc");
  await page.goto("/runbooks/lastmile/format-tour?count=5&pause=0s");
  const count = new Card(page, "Count slowly");
  await count.press();
  await count.expectState("Succeeded");
  await count.openRun();
  const finished = runIdOf(page);
  await page.goto("/runbooks/network/open-a-port?reason=Bar+can%27t+reach+Acme&ticket=INC-12");
  const open = new Card(page, "Open the port");
  await open.press();
  await open.expectState("Awaiting approval");
  await open.openRun();
  await expect(page.getByRole("heading", { name: "Approval" })).toBeVisible();
  const waiting = runIdOf(page);
  const netsec = await people.other("netsec");
  const stops = [
    { name: "catalog", path: "/" },
    { name: "runbook", path: "/runbooks/bar/pool-will-not-start" },
    { name: "format tour", path: "/runbooks/lastmile/format-tour" },
    { name: "runs", path: "/runs" },
    { name: "finished run", path: `/runs/${finished}` },
    { name: "waiting run", path: `/runs/${waiting}` },
    { name: "approvals", path: "/approvals" },
    { name: "API tokens", path: "/tokens" },
    { name: "style guide", path: "/styleguide" },
    { name: "no such page", path: "/no/such/page" },
  ];
  return { stops, netsec, waiting };
}

/** Opens a page and waits until it has loaded what it shows. */
export async function visit(page: Page, stop: Stop): Promise<void> {
  await page.goto(stop.path);
  await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
  // The style guide shows busy states on purpose.
  if (stop.path !== "/styleguide") await expect(page.locator("main [aria-busy=true]")).toHaveCount(0);
}
