import { oneAction } from "../harness/runbooks.ts";
import { expect, personMenu, signIn, test } from "../harness/test.ts";

const bearer = (token: string): { headers: Record<string, string> } => ({ headers: { Authorization: `Bearer ${token}` } });

test("a token is made, seen once, used, and revoked", async ({ page, request, runbooks, server }) => {
  await runbooks.install("gate", oneAction("Open up", "echo opened"));
  await signIn(page, "noc");
  await personMenu(page).click();
  await page.getByRole("link", { name: "API tokens" }).click();
  await expect(page.getByText("You have no tokens yet")).toBeVisible();

  await page.getByRole("textbox", { name: "Name" }).fill("Nightly deploy");
  await page.getByRole("radio", { name: /^Run/ }).check();
  await page.getByRole("combobox", { name: "Holds for" }).selectOption("7");
  await page.getByRole("textbox", { name: "Used by" }).fill("pipeline");
  await page.getByRole("button", { name: "Make token" }).click();
  const notice = page.getByRole("status").filter({ hasText: "Nightly deploy is made" });
  const token = await notice.getByLabel("The new token").innerText();
  expect(token).toMatch(/^lm_[0-9a-f]{72}$/);
  await expect(notice.getByRole("button", { name: "Copy token" })).toBeVisible();
  const row = page.getByRole("listitem").filter({ hasText: "Nightly deploy" });
  await expect(row).toContainText("Read and run");
  await expect(row).toContainText("pipeline");
  await expect(row).toContainText("Never used");
  await expect(row).toContainText("Expires in 7 days");
  await expect(page.getByRole("textbox", { name: "Name" })).toHaveValue("");

  const book = await (await request.get(`${server.url}/api/v1/runbooks/gate`, bearer(token))).json();
  const [action, digest] = book.current_actions[0];
  const asked = await request.post(`${server.url}/api/v1/runs`, {
    ...bearer(token),
    data: { runbook: "gate", revision: book.revision, action, action_digest: digest, idempotency_key: "deploy-4711" },
  });
  expect(asked.status()).toBe(201);
  const run = (await asked.json()).summary.id;

  await page.getByRole("button", { name: "I have it" }).click();
  await expect(page.getByText(token)).toHaveCount(0);
  await page.reload();
  await expect(row).toContainText("Used just now");
  await expect(page.getByText(token)).toHaveCount(0);

  await page.goto(`/runs/${run}`);
  await expect(page.getByRole("region", { name: "Request" })).toContainText("the API token Nightly deploy of pipeline");

  await page.goto("/tokens");
  await row.getByRole("button", { name: "Revoke Nightly deploy" }).click();
  const dialog = page.getByRole("dialog", { name: "Revoke this token?" });
  await dialog.getByRole("button", { name: "Keep it" }).click();
  await expect(dialog).toBeHidden();
  expect((await request.get(`${server.url}/api/v1/runs`, bearer(token))).status()).toBe(200);
  await row.getByRole("button", { name: "Revoke Nightly deploy" }).click();
  await dialog.getByRole("button", { name: "Revoke it" }).click();
  await expect(row).toContainText("Revoked");
  await expect(row.getByRole("button")).toHaveCount(0);
  expect((await request.get(`${server.url}/api/v1/runs`, bearer(token))).status()).toBe(401);
});

test("whoever must agree sees that a program asks, and its owner can not", async ({ page, people, request, runbooks, server }) => {
  await runbooks.install("gate", oneAction("Open up", "echo opened", { approve: "netsec" }));
  await signIn(page, "noc");
  const made = await (await page.request.post("/api/v1/tokens", { data: { name: "Nightly", scope: "run" } })).json();
  const book = await (await request.get(`${server.url}/api/v1/runbooks/gate`, bearer(made.secret))).json();
  const [action, digest] = book.current_actions[0];
  const asked = await request.post(`${server.url}/api/v1/runs`, {
    ...bearer(made.secret),
    data: { runbook: "gate", revision: book.revision, action, action_digest: digest, idempotency_key: "gate-4711" },
  });
  expect(asked.status()).toBe(201);
  const approver = await people.other("netsec");
  await approver.goto("/approvals");
  const waiting = approver.getByRole("article", { name: /Open up/ });
  await expect(waiting).toContainText("A program asks in their name, through the API token Nightly");
  await page.goto(`/runs/${(await asked.json()).summary.id}`);
  await expect(page.getByText("You asked for this run yourself")).toBeVisible();
});

test("a refusal stands at the form and keeps what was typed", async ({ page, complaints }) => {
  complaints.expect(/422/);
  await signIn(page, "noc");
  await page.goto("/tokens");
  await page.getByRole("textbox", { name: "Name" }).fill("   ");
  await page.getByRole("button", { name: "Make token" }).click();
  await expect(page.getByRole("alert")).toContainText("Give it a name");
  await expect(page.getByRole("textbox", { name: "Name" })).toHaveValue("   ");
});

test("a list that can not be had says so and can be asked for again", async ({ page, complaints }) => {
  complaints.expect(/500|tokens/);
  await signIn(page, "noc");
  await page.route("**/api/v1/tokens", (route) => route.fulfill({ status: 500, json: { code: "internal", message: "The server made a mistake." } }));
  await page.goto("/tokens");
  await expect(page.getByRole("alert")).toContainText("The server made a mistake.");
  await page.unroute("**/api/v1/tokens");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByText("You have no tokens yet")).toBeVisible();
});
