import type { Page } from "@playwright/test";
import { expect, signIn, test } from "../harness/test.ts";

/** How bright the page is, from 0 to 255. */
function brightness(page: Page): Promise<number> {
  return page.evaluate(() => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    if (!canvas) throw new Error("no canvas");
    // Drawn, because the colour may be written in any colour space.
    for (const element of [document.documentElement, document.body]) {
      canvas.fillStyle = getComputedStyle(element).backgroundColor;
      canvas.fillRect(0, 0, 1, 1);
    }
    const [red = 0, green = 0, blue = 0] = canvas.getImageData(0, 0, 1, 1).data;
    return (red + green + blue) / 3;
  });
}

test("the page follows the system until somebody chooses, and remembers the choice", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await signIn(page, "noc");
  await expect.poll(() => brightness(page)).toBeGreaterThan(200);
  await page.emulateMedia({ colorScheme: "dark" });
  await expect.poll(() => brightness(page)).toBeLessThan(60);

  await page.getByRole("button", { name: /light/i }).click();
  await expect.poll(() => brightness(page)).toBeGreaterThan(200);
  await page.reload();
  await expect(page.getByRole("button", { name: /light/i })).toHaveAttribute("aria-pressed", "true");
  await expect.poll(() => brightness(page)).toBeGreaterThan(200);

  await page.getByRole("button", { name: /system/i }).click();
  await expect.poll(() => brightness(page)).toBeLessThan(60);
});
