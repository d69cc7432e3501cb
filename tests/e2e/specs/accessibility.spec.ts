import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { everyPage, visit } from "../harness/tour.ts";
import { expect, test } from "../harness/test.ts";

test.use({ setup: { config: null, runbooks: "shipped" } });

/** What axe finds on the page as it is, in words. */
async function findings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.html.slice(0, 200)}`));
}

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing on any page in ${colorScheme}`, async ({ page, people, complaints }) => {
    test.setTimeout(600_000);
    // The page that is left for signing in may still be asking for something.
    complaints.expect(/404|401/);
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const { stops, netsec } = await everyPage(page, people);
    await netsec.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const stop of stops) {
      await test.step(stop.name, async () => {
        await visit(page, stop);
        expect.soft(await findings(page), `${stop.name}, ${colorScheme}`).toEqual([]);
      });
    }
    await test.step("approvals of somebody who may answer", async () => {
      await visit(netsec, { name: "approvals", path: "/approvals" });
      expect.soft(await findings(netsec), `approvals, ${colorScheme}`).toEqual([]);
    });
    await test.step("sign-in", async () => {
      await page.context().clearCookies();
      await visit(page, { name: "sign-in", path: "/sign-in" });
      expect.soft(await findings(page), `sign-in, ${colorScheme}`).toEqual([]);
    });
  });
}
