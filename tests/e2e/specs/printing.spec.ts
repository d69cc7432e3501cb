// A runbook on paper.

import { expect, signIn, test } from "../harness/test.ts";

const LONG = `echo ${"a-very-long-word-".repeat(20)}END`;

test("a printed runbook has its long lines of code to their ends", async ({ page, runbooks }) => {
  await runbooks.install("wide", `# Wide\n\nText.\n\n\`\`\`sh\n${LONG}\n\`\`\`\n`);
  await signIn(page, "noc");
  await page.goto("/runbooks/wide");
  const code = page.getByRole("group", { name: "Code" });
  await expect(code).toContainText("END");
  const hidden = () => code.evaluate((element) => element.scrollWidth - element.clientWidth);
  expect(await hidden(), "on the screen it scrolls").toBeGreaterThan(0);
  await page.emulateMedia({ media: "print" });
  expect(await hidden()).toBe(0);
  await expect(page.getByRole("button", { name: "Copy code" })).toBeHidden();
});
