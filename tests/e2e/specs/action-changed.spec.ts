import type { Page } from "@playwright/test";
import type { Api } from "../harness/api.ts";
import { Card } from "../harness/card.ts";
import { oneAction } from "../harness/runbooks.ts";
import { expect, signIn, test } from "../harness/test.ts";

/** Waits until the server has read the file's newest text. */
async function serverHas(api: Api, text: string): Promise<void> {
  await expect.poll(async () => (await (await api.get("/runbooks/moving")).json()).source).toContain(text);
}

/** Keeps the page from hearing of changes, like a tab that was opened before a long meeting. */
async function deafen(page: Page): Promise<void> {
  await page.route("**/api/v1/events*", (route) => route.abort());
}

test("an action that changed since the page was opened is not run: the page shows what changed", async ({
  page,
  runbooks,
  api,
  complaints,
}) => {
  complaints.expect(/409|events/);
  await runbooks.install("moving", oneAction("Clean up", "echo first version"));
  await signIn(page, "noc");
  await deafen(page);
  await page.goto("/runbooks/moving");
  const card = new Card(page, "Clean up");
  await expect(card.root).toContainText("first version");
  await runbooks.install("moving", oneAction("Clean up", "echo second version"));
  await serverHas(api, "second version");

  const answered = page.waitForResponse((response) => response.request().method() === "POST" && response.url().endsWith("/api/v1/runs"));
  await card.press();
  expect((await answered).status()).toBe(409);
  const changed = card.root.getByRole("alert");
  await expect(changed).toContainText("changed");
  await expect(changed).toContainText("removed: echo first version");
  await expect(changed).toContainText("added: echo second version");
  expect(await api.runs()).toEqual([]);

  await changed.getByRole("button", { name: "Show the new version" }).click();
  await expect(card.root.getByRole("group", { name: "Script" })).toContainText("second version");
  await card.press();
  await expect.poll(async () => (await api.runs())[0]?.state).toBe("succeeded");
});

test("a change elsewhere in the file stops nobody", async ({ page, runbooks, api, complaints }) => {
  complaints.expect(/events/);
  await runbooks.install("moving", oneAction("Clean up", "echo as ever"));
  await signIn(page, "noc");
  await deafen(page);
  await page.goto("/runbooks/moving");
  const card = new Card(page, "Clean up");
  await expect(card.button).toBeEnabled();
  await runbooks.install("moving", `${oneAction("Clean up", "echo as ever")}\nA new paragraph.\n`);
  await serverHas(api, "A new paragraph.");
  await card.press();
  await expect.poll(async () => (await api.runs())[0]?.state).toBe("succeeded");
});

test("an action with a mistake in its header is shown and located, and can't be pressed", async ({ page, runbooks }) => {
  await runbooks.install("moving", oneAction("Clean up", "echo no", { aprove: "netsec" }));
  await signIn(page, "noc");
  await page.goto("/runbooks/moving");
  const card = new Card(page, "Clean up");
  await expect(card.root).toContainText("aprove");
  await expect(card.root).toContainText("line 5");
  await expect(card.button).toBeDisabled();
});
