// The list of a page's sections: the one that is being read is marked, and no other.

import { expect, signIn, test } from "../harness/test.ts";

const SECTIONS = 30;

test("the list of contents marks the section that is read, and follows the page", async ({ page, runbooks }) => {
  const section = (number: number) => `## Section ${number}\n\n${"What to look at, and what it means.\n\n".repeat(12)}`;
  await runbooks.install("long", `# Long\n\n${Array.from({ length: SECTIONS }, (_, at) => section(at + 1)).join("")}`);
  await signIn(page, "noc");
  await page.goto("/runbooks/long#section-4");
  const contents = page.getByRole("navigation", { name: "On this page" });
  const marked = contents.locator("[aria-current]");
  await expect(contents.getByRole("link")).toHaveCount(SECTIONS);
  await expect(marked).toHaveText(["Section 4"]);
  await expect(marked).toHaveAttribute("aria-current", "location");

  await contents.getByRole("link", { name: "Section 9", exact: true }).click();
  await expect(marked).toHaveText(["Section 9"]);

  // The page's end moves on while its last parts are laid out.
  await expect(async () => {
    await page.keyboard.press("End");
    await expect(marked).toHaveText([`Section ${SECTIONS}`], { timeout: 500 });
  }).toPass();
  await expect(marked, "the list is scrolled along").toBeInViewport();
});
