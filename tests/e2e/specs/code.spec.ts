// Code blocks: colours, copying, what has to be filled in.

import type { Page } from "@playwright/test";
import { expect, signIn, test } from "../harness/test.ts";

const PAGE = `# Code

\`\`\`console
$ kubectl get pods \\
    -n bar
NAME   READY
bar-1  1/1
$ kubectl logs <pod> -n $NAMESPACE > $HOME/log
\`\`\`

\`\`\`sh
# Not a prompt
echo "hello" <in
\`\`\`

\`\`\`yaml
name: "bar" # why
\`\`\`

- In a list:

  \`\`\`promql
  sum by (job) (rate(up{job="bar"}[5m]))
  \`\`\`

\`\`\`mermaid
graph TD; A-->B
\`\`\`

\`\`\`sh
#| action: Say it
#| kind: check
echo "said\u202e" # now
\`\`\`
`;

/** The code blocks of the text, in order. */
function block(page: Page, at: number) {
  return page.getByRole("article").locator(".code-block").nth(at);
}

async function copied(page: Page, at: number): Promise<string> {
  await block(page, at).getByRole("button", { name: "Copy code" }).click();
  await expect(block(page, at).getByRole("button", { name: "Copied" })).toBeVisible();
  return page.evaluate(() => navigator.clipboard.readText());
}

test("copying gives commands only, and all of a block without prompts", async ({ page, runbooks, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await runbooks.install("code", PAGE);
  await signIn(page, "noc");
  await page.goto("/runbooks/code");
  // The colours come after the buttons, which must outlive that.
  await expect(block(page, 2).locator(".code-key")).toHaveText("name");
  expect(await copied(page, 0)).toBe("kubectl get pods \\\n    -n bar\nkubectl logs <pod> -n $NAMESPACE > $HOME/log");
  expect(await copied(page, 1)).toBe('# Not a prompt\necho "hello" <in');
  expect(await copied(page, 2)).toBe('name: "bar" # why');
});

test("what has to be filled in is marked, redirections and common variables are not", async ({ page, runbooks }) => {
  await runbooks.install("code", PAGE);
  await signIn(page, "noc");
  await page.goto("/runbooks/code");
  await expect(page.getByTitle("Fill this in")).toHaveText(["<pod>", "$NAMESPACE"]);
});

test("code is coloured in text and action scripts, and its text stays what it was", async ({ page, runbooks }) => {
  await runbooks.install("code", PAGE);
  await signIn(page, "noc");
  await page.goto("/runbooks/code");
  await expect(block(page, 2).locator(".code-key")).toHaveText("name");
  await expect(block(page, 2).locator(".code-comment")).toHaveText("# why");
  await expect(block(page, 3).locator(".code-function")).toHaveText(["sum", "rate"]);
  await expect(block(page, 0).locator(".code-output").first()).toHaveText("NAME   READY");
  await expect(block(page, 3).locator("code")).toHaveText('sum by (job) (rate(up{job="bar"}[5m]))');
  await expect(block(page, 4).locator(".code-block__language")).toHaveText("mermaid");
  const script = page.getByRole("group", { name: "Script" });
  await expect(script.locator(".code-comment").last()).toHaveText("# now");
  await expect(script.locator(".code-string")).toContainText("said⟨U+202E⟩");
});

test("without the colours the page is whole", async ({ page, runbooks, complaints }) => {
  complaints.expect(/highlight/);
  await runbooks.install("code", PAGE);
  await signIn(page, "noc");
  await page.route("**/api/v1/highlight/**", (route) => route.abort());
  await page.goto("/runbooks/code");
  await expect(block(page, 2).locator("code")).toHaveText('name: "bar" # why');
  await expect(block(page, 0).locator(".code-prompt")).toHaveCount(2);
  await expect(page.getByRole("button", { name: "Say it" })).toBeVisible();
});

for (const scheme of ["light", "dark"] as const) {
  test(`every colour can be read on a ${scheme} page`, async ({ page, runbooks }) => {
    await runbooks.install("code", PAGE);
    await page.emulateMedia({ colorScheme: scheme });
    await signIn(page, "noc");
    await page.goto("/runbooks/code");
    await expect(block(page, 2).locator(".code-key")).toBeVisible();
    const low = await page.evaluate(() => {
      const parts = (colour: string) => (colour.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number);
      const light = (colour: string) => {
        const [r, g, b] = parts(colour).map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
        return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
      };
      const probe = document.createElement("span");
      document.querySelector(".code-block code")?.append(probe);
      const ground = light(getComputedStyle(document.querySelector(".code-block .code") as Element).backgroundColor);
      const kinds = ["comment", "string", "number", "keyword", "constant", "function", "variable", "type", "key", "inserted", "deleted", "header", "prompt", "output"];
      return kinds.filter((kind) => {
        probe.className = `code-${kind}`;
        const text = light(getComputedStyle(probe).color);
        return (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05) < 4.5;
      });
    });
    expect(low).toEqual([]);
  });
}
