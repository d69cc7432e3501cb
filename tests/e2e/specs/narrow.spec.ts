import type { Page } from "@playwright/test";
import { everyPage, visit } from "../harness/tour.ts";
import { expect, personMenu, test } from "../harness/test.ts";

test.use({ setup: { config: null, runbooks: "shipped" }, viewport: { width: 360, height: 740 } });

const expectSoft = expect.configure({ soft: true });

/** What sticks out of the page to the right, by tag and class, outside of what scrolls by itself. */
function sticksOut(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.querySelectorAll("body *")]
      .filter((element) => element.getBoundingClientRect().right > width + 1)
      .map((element) => `${element.tagName.toLowerCase()}.${element.className}`)
      .slice(0, 10);
  });
}

test("at 360 pixels no page scrolls sideways", async ({ page, people, complaints }) => {
  test.setTimeout(300_000);
  // The page that is left for signing in may still be asking for something.
  complaints.expect(/404|401/);
  const { stops, netsec } = await everyPage(page, people);
  for (const stop of stops) {
    await visit(page, stop);
    await expectSoft.poll(() => sticksOut(page), stop.name).toEqual([]);
  }
  await visit(netsec, { name: "approvals", path: "/approvals" });
  await expectSoft.poll(() => sticksOut(netsec), "approvals to answer").toEqual([]);
  await page.context().clearCookies();
  await visit(page, { name: "sign-in", path: "/sign-in" });
  await expectSoft.poll(() => sticksOut(page), "sign-in").toEqual([]);
});

test("at 360 pixels the navigation, the theme and the person's menu can still be reached", async ({ page, people }) => {
  await everyPage(page, people);
  await page.goto("/");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Runs" }).click();
  await expect(page).toHaveURL(/\/runs$/);
  await page.getByRole("button", { name: /dark/i }).click();
  await personMenu(page).click();
  await expect(page.getByRole("button", { name: "Sign out" })).toBeInViewport();
});
