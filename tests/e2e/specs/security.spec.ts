import { Card } from "../harness/card.ts";
import { everyPage, visit } from "../harness/tour.ts";
import { expect, signIn, test } from "../harness/test.ts";

test.describe("with the shipped runbooks", () => {
  test.use({ setup: { config: null, runbooks: "shipped" } });

  test("no page breaks its own security policy or asks another host for anything", async ({ page, context, people, server, complaints }) => {
    test.setTimeout(300_000);
    complaints.expect(/404/);
    const violations: string[] = [];
    await context.exposeFunction("tellViolation", (text: string) => violations.push(text));
    await context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        const tell = (window as unknown as { tellViolation(text: string): void }).tellViolation;
        tell(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
      });
    });
    const foreign: string[] = [];
    context.on("request", (request) => {
      if (!request.url().startsWith(server.url) && !request.url().startsWith("data:")) foreign.push(request.url());
    });
    const { stops } = await everyPage(page, people);
    for (const stop of stops) await visit(page, stop);
    expect(violations).toEqual([]);
    expect(foreign).toEqual([]);
  });
});

test("the app's pages say what they may load, and may not be framed", async ({ page, server }) => {
  const headers = (await page.request.get(`${server.url}/`)).headers();
  expect(headers["content-security-policy"]).toContain("default-src");
  expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
  expect(headers["content-security-policy"]).not.toContain("'unsafe-inline'");
  expect(headers["x-content-type-options"]).toBe("nosniff");
  expect(headers["referrer-policy"]).toBeDefined();
});

test("a request from another site is refused", async ({ page, server }) => {
  await signIn(page, "noc");
  const answer = await page.request.post(`${server.url}/api/v1/runs`, { data: {}, headers: { origin: "http://evil.example" } });
  expect(answer.status()).toBe(403);
  expect((await answer.json()).code).toBe("cross_site");
});

test("the app answers for its pages only: a missing file or route is no page", async ({ page, server }) => {
  const status = async (path: string) => (await page.request.get(`${server.url}${path}`)).status();
  expect(await status("/runbooks/some/where")).toBe(200);
  expect(await status("/app-0123456789abcdef.wasm")).toBe(404);
  expect(await status("/missing.js")).toBe(404);
  expect([401, 404]).toContain(await status("/api/v1/nope"));
});

test("markup in a runbook is text, never part of the page", async ({ page, runbooks }) => {
  const markdown = [
    "# Hostile",
    "<script>document.title = 'owned'</script>",
    '<img src="x" onerror="document.title = \'owned\'">',
    "[press me](javascript:document.title='owned')",
    "A bare <pod> stays readable.",
  ].join("\n\n");
  await runbooks.install("hostile", markdown);
  await signIn(page, "noc");
  await page.goto("/runbooks/hostile");
  await expect(page.getByRole("main")).toContainText("A bare <pod> stays readable.");
  await expect(page.getByRole("link", { name: "press me" })).toHaveCount(0);
  await expect(page.locator("main img, main script")).toHaveCount(0);
  expect(await page.title()).not.toBe("owned");
});

test("escape sequences in a log colour text and do nothing else", async ({ page, runbooks }) => {
  const script = `printf '\\033[31mred\\033[0m <b>bold</b>\\033]0;owned\\007\\033[2J end\\n'`;
  await runbooks.install("ansi", ["# Ansi", "```sh", "#| action: Print", script, "```", ""].join("\n"));
  await signIn(page, "noc");
  await page.goto("/runbooks/ansi");
  const card = new Card(page, "Print");
  await card.press();
  await card.expectState("Succeeded");
  await expect(card.log).toContainText("red <b>bold</b> end");
  expect(await page.title()).not.toBe("owned");
});
