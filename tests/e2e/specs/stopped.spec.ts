// What a person sees when the app itself has come to an end.

import type { Page } from "@playwright/test";
import { expect, signIn, test } from "../harness/test.ts";

/** The browser refuses the app one of the elements of the list of runs, which nothing in the app reckons with. */
async function breakTheApp(page: Page): Promise<void> {
  await page.evaluate(() => {
    const make = document.createElement.bind(document);
    document.createElement = (tag: string) => {
      if (tag !== "select") return make(tag);
      Reflect.deleteProperty(document, "createElement");
      throw new Error("this browser makes no more elements");
    };
  });
  await page.getByRole("navigation").getByRole("link", { name: "Runs" }).click();
}

test("a page whose app has stopped says so, and that runs go on, and can be loaded again", async ({ page, complaints }) => {
  complaints.expect(/unreachable|panicked|makes no more elements/);
  await signIn(page, "noc");
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await breakTheApp(page);
  const notice = page.getByRole("alert").filter({ hasText: "This page has stopped" });
  await expect(notice).toBeInViewport();
  await expect(notice).toContainText("Runs go on");
  await notice.getByRole("button", { name: "Reload the page" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Runs" })).toBeVisible();
  await expect(notice).toHaveCount(0);
});
