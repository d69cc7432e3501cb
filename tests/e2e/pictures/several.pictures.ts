// Pictures of a request of several runs in light, dark and at 360 pixels, into results/pictures.

import { mkdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Card } from "../harness/card.ts";
import { config } from "../harness/config.ts";
import { several } from "../harness/several.ts";
import { expect, signIn, test } from "../harness/test.ts";

const FOLDER = fileURLToPath(new URL("../results/pictures", import.meta.url));
const NODES = [1, 2, 3].map((n) => `[targets.node-${n}]\nenvironment = "prod"\napprove = ["netsec"]\n`).join("");
test.use({ setup: { config: config(`${NODES}[targets.node-4]\nenvironment = "staging"\n`), runbooks: "none" }, trace: "off" });

const LOOKS = [
  { name: "light", colorScheme: "light", width: 1280 },
  { name: "dark", colorScheme: "dark", width: 1280 },
  { name: "360", colorScheme: "light", width: 360 },
] as const;

test("pictures of several runs of one request", async ({ page, people, runbooks }) => {
  await runbooks.install("nodes", several("true"));
  await signIn(page, "noc");
  const netsec = await people.other("netsec");
  await mkdir(FOLDER, { recursive: true });
  const card = new Card(page, "Restart");
  for (const look of LOOKS) {
    await page.emulateMedia({ colorScheme: look.colorScheme });
    await page.setViewportSize({ width: look.width, height: 860 });
    await page.goto("/runbooks/nodes");
    await card.root.getByRole("button", { name: "Choose several of node" }).click();
    for (const n of [1, 2, 3, 4]) await card.root.getByRole("checkbox", { name: `node-${n}` }).check();
    await expect(card.root).toContainText("Needs a yes from 1 of netsec.");
    await page.screenshot({ path: path.join(FOLDER, `several-card-${look.name}.png`), fullPage: true });
  }
  await card.root.getByRole("textbox", { name: "Reason" }).fill("A new kernel, one node after the other");
  await card.root.getByRole("button", { name: "Restart (4 runs)" }).click();
  await expect(card.state.first()).toHaveText("3 awaiting approval, 1 succeeded");
  await page.screenshot({ path: path.join(FOLDER, "several-asked-360.png"), fullPage: true });
  await card.root.getByRole("link", { name: "Open request" }).click();
  const url = page.url();
  for (const look of LOOKS) {
    await netsec.emulateMedia({ colorScheme: look.colorScheme });
    await netsec.setViewportSize({ width: look.width, height: 860 });
    await netsec.goto("/approvals");
    await expect(netsec.getByRole("link", { name: "Look and answer" })).toBeVisible();
    await netsec.screenshot({ path: path.join(FOLDER, `several-approvals-${look.name}.png`), fullPage: true });
    await netsec.goto(url);
    await expect(netsec.getByRole("region", { name: "To judge it by" })).toBeVisible();
    await netsec.getByRole("checkbox", { name: "Answer node-1" }).check();
    await netsec.getByRole("checkbox", { name: "Answer node-2" }).check();
    await netsec.screenshot({ path: path.join(FOLDER, `several-request-${look.name}.png`), fullPage: true });
  }
  await netsec.getByRole("radio", { name: "I checked it" }).check();
  await netsec.getByRole("button", { name: "Yes, run these 2" }).click();
  await expect(netsec.getByRole("main").getByRole("status").first()).toContainText("3 succeeded");
  for (const look of LOOKS) {
    await page.emulateMedia({ colorScheme: look.colorScheme });
    await page.setViewportSize({ width: look.width, height: 860 });
    await page.goto("/runbooks/nodes");
    await expect(card.state.first()).toHaveText("1 awaiting approval, 3 succeeded");
    await page.screenshot({ path: path.join(FOLDER, `several-done-${look.name}.png`), fullPage: true });
  }
});
