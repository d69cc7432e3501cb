import { Card } from "../harness/card.ts";
import { oneAction } from "../harness/runbooks.ts";
import { expect, signIn, test } from "../harness/test.ts";

const INPUTS = `
inputs:
  pool: {type: string, pattern: "^[a-z]+$", default: blue}
  loud: {type: boolean, default: false}
  password: {type: secret, required: false}
`;
const FILLER = "A line of text.\n\n".repeat(80);

test.beforeEach(async ({ page, runbooks }) => {
  const action = oneAction("Restart", 'echo "pool $pool loud $loud"', { name: "restart-pool", inputs: "[pool, loud, password]" }, INPUTS);
  await runbooks.install("links", action.replace("```sh", `${FILLER}\`\`\`sh`));
  await signIn(page, "noc");
});

test("a link opens at its action with the inputs filled in, and runs nothing", async ({ page, api }) => {
  await page.goto("/runbooks/links?pool=green&loud=true&ticket=INC-12&reason=it+is+down#restart-pool");
  const card = new Card(page, "Restart");
  await expect(card.root).toBeInViewport();
  await expect(card.field("pool")).toHaveValue("green");
  await expect(card.root.getByRole("switch", { name: "loud" })).toBeChecked();
  await expect(card.field("Ticket")).toHaveValue("INC-12");
  await expect(card.field("Reason")).toHaveValue("it is down");
  expect(await api.runs()).toEqual([]);

  await card.press();
  await card.expectState("Succeeded");
  await expect(card.log).toContainText("pool green loud true");
  const [run] = await api.runs();
  expect(run).toMatchObject({ ticket: "INC-12", reason: "it is down" });
});

test("a wrong value in a link is shown as wrong at once", async ({ page }) => {
  await page.goto("/runbooks/links?pool=GREEN!#restart-pool");
  const card = new Card(page, "Restart");
  await expect(card.field("pool")).toHaveValue("GREEN!");
  await expect(card.field("pool")).toHaveAttribute("aria-invalid", "true");
});

test("a link never fills in a secret, and the page says that it was left out", async ({ page }) => {
  await page.goto("/runbooks/links?password=hunter2#restart-pool");
  const card = new Card(page, "Restart");
  await expect(card.root.getByLabel("password")).toHaveValue("");
  await expect(page.getByRole("note").filter({ hasText: "password" })).toContainText("left out");
  await expect(page.getByText("hunter2")).toHaveCount(0);
});

test("copy link makes a link from what is typed, without the secret", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto("/runbooks/links");
  const card = new Card(page, "Restart");
  await card.field("pool").fill("red");
  await card.root.getByLabel("password").fill("hunter2");
  await card.root.getByRole("button", { name: "Copy link" }).click();
  await expect(card.root.getByRole("button", { name: "Copied" })).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).not.toContain("hunter2");
  const second = await context.newPage();
  await second.goto(link);
  const opened = new Card(second, "Restart");
  await expect(opened.root).toBeInViewport();
  await expect(opened.field("pool")).toHaveValue("red");
});

test("a typed secret reaches the script and is masked in its output", async ({ page, runbooks, server }) => {
  await runbooks.install("secret", oneAction("Log in", 'echo "with $password"\necho ${#password}', {}, "inputs:\n  password: {type: secret}\n"));
  await page.goto("/runbooks/secret");
  const card = new Card(page, "Log in");
  await card.root.getByLabel("password").fill("hunter2-correct-horse");
  await card.press();
  await card.expectState("Succeeded");
  await expect(card.log).toContainText("21");
  await expect(card.log).not.toContainText("hunter2");
  expect(server.output).not.toContain("hunter2");
});
