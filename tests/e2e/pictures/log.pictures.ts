// Pictures of the log viewer for docs/LOG.md: light, dark, and on a phone.

import path from "node:path";
import { fileURLToPath } from "node:url";
import type { BrowserContextOptions, Page } from "@playwright/test";
import { Card } from "../harness/card.ts";
import { Gate } from "../harness/gate.ts";
import { oneAction } from "../harness/runbooks.ts";
import { expect, signIn, test } from "../harness/test.ts";

const IMAGES = fileURLToPath(new URL("../../../docs/images", import.meta.url));

/** A move of tables, half done: groups, colours, remarks, both streams, progress. */
const SCRIPT = `
green=$(printf '\\033[32m') red=$(printf '\\033[31m') dim=$(printf '\\033[2m') off=$(printf '\\033[0m')
echo "Moving bar's tables to \${green}db-2.bar.example\${off}, see https://wiki.example/bar/move"
echo "::group::Check both sides"
for host in db-1 db-2; do echo "$host: \${green}reachable\${off} \${dim}(12 ms)\${off}"; done
echo "::endgroup::"
echo "::group::Copy tables"
for table in accounts orders order_lines payments refunds; do printf "copy %s 10%%\\r\\033[Kcopy %s \${green}done\${off}\\n" $table $table; done
echo "copy audit: \${red}timeout after 30 s\${off}, trying again" >&2
echo "::warning file=copy.sh,line=41::audit was copied without its index"
echo "::endgroup::"
echo '{"level":"info","msg":"rows compared","tables":6,"differences":[]}'
echo "::error::payments has 2 rows more on db-1"
for i in 1 2 3 4 5 6; do echo "compare payments: part $i of 6 \${green}equal\${off}"; done
echo "LASTMILE_PROGRESS=0.6 building indexes"`;

test.use({ trace: "off" });

/** The viewer with the half of the run that is done; on a phone, the screen with it. */
async function picture(page: Page, name: string): Promise<void> {
  const log = page.getByRole("log");
  await expect(log.getByText("Error: payments has 2 rows more on db-1")).toBeVisible();
  const frame = page.getByRole("region", { name: /^Output of/ });
  await page.mouse.move(0, 0);
  const to = { path: path.join(IMAGES, `log-${name}.png`), animations: "disabled" } as const;
  if (name !== "phone") return void (await frame.screenshot(to));
  await frame.evaluate((element) => element.scrollIntoView({ block: "end" }));
  await page.screenshot(to);
}

const LOOKS: Record<string, BrowserContextOptions> = {
  light: { colorScheme: "light", viewport: { width: 960, height: 900 } },
  dark: { colorScheme: "dark", viewport: { width: 960, height: 900 } },
  phone: { colorScheme: "light", viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, deviceScaleFactor: 1.5 },
};

test("pictures of the log viewer", async ({ page, browser, runbooks, server, api }) => {
  const gate = new Gate(server);
  await runbooks.install("move", oneAction("Move the tables", `${SCRIPT}\n${gate.wait}`));
  await signIn(page, "noc");
  await page.goto("/runbooks/move");
  const card = new Card(page, "Move the tables");
  await card.press();
  await expect(card.log).toContainText("building indexes");
  const id = (await api.runs())[0]?.id;
  const storageState = await page.context().storageState();
  for (const [name, look] of Object.entries(LOOKS)) {
    const context = await browser.newContext({ ...look, storageState, baseURL: server.url, locale: "en-GB", timezoneId: "UTC" });
    const tab = await context.newPage();
    await tab.goto(`/runs/${id}?q=payments#L16-L17`);
    await expect(tab.getByRole("search")).toContainText("of 8");
    await picture(tab, name);
    await context.close();
  }
  await gate.open();
  await card.expectState("Succeeded");
});
