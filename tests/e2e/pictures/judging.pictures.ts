// Pictures of the judging screen in light, dark and at 360 pixels, into results/pictures.

import { mkdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Card } from "../harness/card.ts";
import { expect, sayYes, signIn, test } from "../harness/test.ts";

const FOLDER = fileURLToPath(new URL("../results/pictures", import.meta.url));
test.use({ setup: { config: null, runbooks: "shipped" }, trace: "off" });

const LOOKS = [
  { name: "light", colorScheme: "light", width: 1280 },
  { name: "dark", colorScheme: "dark", width: 1280 },
  { name: "360", colorScheme: "light", width: 360 },
] as const;

test("pictures of a request that is judged", async ({ page, people }) => {
  await signIn(page, "noc");
  const netsec = await people.other("netsec");
  await page.goto("/runbooks/demo/start-and-stop");
  await new Card(page, "Start the demo").press();
  await new Card(page, "Start the demo").expectState("Succeeded");
  const open = new Card(page, "Open the port to Acme");
  for (const again of [false, true]) {
    await page.goto("/runbooks/bar/pool-will-not-start?environment=prod&pool=blue&ticket=INC-12");
    await open.root.getByRole("textbox", { name: "Reason" }).fill("Bar in prod can't reach Acme");
    await open.press();
    await open.expectState("Awaiting approval");
    if (again) break;
    await netsec.goto("/approvals");
    await sayYes(netsec);
    await open.expectState("Succeeded");
  }
  await mkdir(FOLDER, { recursive: true });
  await page.goto("/runs");
  const first = page.getByRole("main").getByRole("link", { name: "Open the port to Acme" }).last();
  await first.click();
  await page.getByRole("group", { name: "Was it the right call?" }).getByRole("button", { name: "Yes" }).click();
  const done = page.url();
  await page.goBack();
  await page.goto("/runs?state=awaiting_approval");
  await page.getByRole("main").getByRole("link", { name: "Open the port to Acme" }).click();
  await expect(page.getByRole("heading", { name: "Approval" })).toBeVisible();
  const run = page.url();
  for (const look of LOOKS) {
    await netsec.emulateMedia({ colorScheme: look.colorScheme });
    await netsec.setViewportSize({ width: look.width, height: 860 });
    for (const [name, url] of [["judging-approvals", "/approvals"], ["judging-run", run]] as const) {
      await netsec.goto(url);
      await expect(netsec.getByRole("region", { name: "To judge it by" })).toBeVisible();
      for (const summary of await netsec.locator("summary:visible").all()) await summary.click();
      await netsec.screenshot({ path: path.join(FOLDER, `${name}-${look.name}.png`), fullPage: true });
    }
    for (const [name, url] of [["judging-afterwards", done], ["judging-report", "/approvals/report"]] as const) {
      await netsec.goto(url);
      await expect(netsec.getByRole("main")).toContainText(/right call/i);
      await netsec.screenshot({ path: path.join(FOLDER, `${name}-${look.name}.png`), fullPage: true });
    }
  }
});
