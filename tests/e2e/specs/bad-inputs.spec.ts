import { Card } from "../harness/card.ts";
import { oneAction } from "../harness/runbooks.ts";
import { expect, signIn, test } from "../harness/test.ts";

const INPUTS = `
inputs:
  pool:
    type: string
    pattern: "^[a-z][a-z0-9-]*$"
  count:
    type: integer
    min: 1
    max: 10
    default: 3
`;

test.beforeEach(async ({ page, runbooks }) => {
  await runbooks.install("inputs", oneAction("Restart", 'echo "restarted $pool $count"', {}, INPUTS));
  await signIn(page, "noc");
  await page.goto("/runbooks/inputs");
});

test("a bad input is refused at its field, in words, and nothing is asked for", async ({ page, api }) => {
  const card = new Card(page, "Restart");
  await card.field("pool").fill("Blue!");
  await card.field("count").fill("11");
  await card.press();
  await expect(card.field("pool")).toHaveAttribute("aria-invalid", "true");
  await expect(card.field("pool")).toHaveAccessibleDescription(/\S/);
  await expect(card.field("count")).toHaveAttribute("aria-invalid", "true");
  await expect(card.field("pool")).toBeFocused();
  expect(await api.runs()).toEqual([]);

  await card.field("pool").fill("blue");
  await card.field("count").fill("10");
  await expect(card.field("pool")).not.toHaveAttribute("aria-invalid", "true");
  await card.press();
  await card.expectState("Succeeded");
  await expect(card.log).toContainText("restarted blue 10");
});

test("a required input that is left empty is named", async ({ page, api }) => {
  const card = new Card(page, "Restart");
  await card.press();
  await expect(card.field("pool")).toHaveAttribute("aria-invalid", "true");
  expect(await api.runs()).toEqual([]);
});

test("bad inputs posted by hand are refused by the server with 422, each named", async ({ api }) => {
  const runbook = await (await api.get("/runbooks/inputs")).json();
  const [action, action_digest] = runbook.current_actions[0];
  const request = (inputs: Record<string, string>) => ({
    runbook: "inputs",
    revision: runbook.revision,
    action,
    action_digest,
    inputs,
    idempotency_key: `by-hand-${JSON.stringify(inputs).length}`,
  });
  const refused = await api.post("/runs", request({ pool: "Blue!", count: "11" }));
  expect(refused.status()).toBe(422);
  const body = await refused.json();
  expect(body.code).toBe("inputs_refused");
  expect(body.details.inputs.map((input: { name: string }) => input.name).sort()).toEqual(["count", "pool"]);

  const unknown = await api.post("/runs", request({ pool: "blue", PATH: "/tmp" }));
  expect(unknown.status()).toBe(422);
  const missing = await api.post("/runs", request({}));
  expect(missing.status()).toBe(422);
  expect(await api.runs()).toEqual([]);
});

test("a value reaches the script byte for byte, whatever shells might make of it", async ({ page, runbooks }) => {
  await runbooks.install("bytes", oneAction("Show", 'printf "<%s>\\n" "$text"', {}, "inputs:\n  text: {type: string}\n"));
  await page.goto("/runbooks/bytes");
  const card = new Card(page, "Show");
  const value = `$(touch /tmp/no) \`id\` "; exit 3 # 'ü☃ \\n`;
  await card.field("text").fill(value);
  await card.press();
  await card.expectState("Succeeded");
  await expect(card.log).toContainText(`<${value}>`);
});

test("a reason that is too long is marked at its field, and nothing is asked for", async ({ page, api }) => {
  const card = new Card(page, "Restart");
  await card.field("pool").fill("blue");
  await card.root.getByText("Reason and ticket").click();
  await card.field("Reason").fill("x".repeat(4097));
  await card.press();
  await expect(card.field("Reason")).toHaveAttribute("aria-invalid", "true");
  await expect(card.field("Reason")).toHaveAccessibleDescription(/Too long by 1 byte/);
  await expect(card.field("Reason")).toBeFocused();
  expect(await api.runs()).toEqual([]);
  await card.field("Reason").fill("down");
  await card.press();
  await card.expectState("Succeeded");
});

test("front matter that can't be read is reported once, in sight, and what is named but missing is no link", async ({ page, runbooks }) => {
  await runbooks.install("broken", oneAction("Restart", "true", { after: "[nope]" }, "inputs: [what"));
  await page.goto("/runbooks/broken");
  const errors = page.locator(".file-problems").getByRole("listitem").filter({ hasText: "Error" });
  await expect(errors).toHaveCount(1);
  await expect(errors).toBeVisible();
  const card = new Card(page, "Restart");
  await expect(card.root.getByRole("listitem").filter({ hasText: "nope is no action" })).toBeVisible();
  await expect(card.root.getByRole("link", { name: "nope" })).toHaveCount(0);
});
