// What stands between a person and a button that breaks something.

import { Card } from "../harness/card.ts";
import { config } from "../harness/config.ts";
import { oneAction } from "../harness/runbooks.ts";
import { expect, sayYes, signIn, test, toAnswer } from "../harness/test.ts";

const TWO_ACTIONS = `# Restart

- [ ] Tell the business <!-- step: {name: tell} -->

\`\`\`sh
#| action: Look
#| kind: check
echo fine
\`\`\`

\`\`\`sh
#| action: Restart
#| after: [look, tell]
echo restarted
\`\`\`
`;

test("an action that must come after others is refused until they are done, and says which", async ({ page, runbooks, api, complaints }) => {
  complaints.expect(/409/);
  await runbooks.install("after", TWO_ACTIONS);
  await signIn(page, "noc");
  await page.goto("/runbooks/after");
  const [look, restart] = [new Card(page, "Look"), new Card(page, "Restart")];
  await restart.press();
  await expect(restart.root.getByRole("alert")).toContainText("Tell the business");
  expect(await api.runs()).toEqual([]);

  await look.press();
  await look.expectState("Succeeded");
  await page.getByRole("checkbox", { name: "Tell the business" }).click();
  await expect(page.getByText(/done by Nora/)).toBeVisible();
  await restart.press();
  await restart.expectState("Succeeded");
});

test("what has to be typed again is asked for at its field, and anew for each run", async ({ page, runbooks, api }) => {
  await runbooks.install("retype", oneAction("Drop", 'echo "dropped $pool"', { retype: "$pool" }, "inputs:\n  pool: {type: string, default: blue}\n"));
  await signIn(page, "noc");
  await page.goto("/runbooks/retype");
  const card = new Card(page, "Drop");
  const again = card.root.getByRole("textbox", { name: /Type .* to confirm/ });
  await again.fill("green");
  await card.press();
  await expect(again).toHaveAttribute("aria-invalid", "true");
  expect(await api.runs()).toEqual([]);
  await again.fill("blue");
  await card.press();
  await card.expectState("Succeeded");
  await expect(again).toHaveValue("");
  await expect(again).not.toHaveAttribute("aria-invalid", "true");
});

test("two quick presses ask for one run", async ({ page, runbooks, api }) => {
  await runbooks.install("once", oneAction("Do it", "echo done"));
  await signIn(page, "noc");
  await page.goto("/runbooks/once");
  // Quick is: before the first press is answered.
  let answer = () => {};
  const pressed = new Promise<void>((resolve) => (answer = resolve));
  let asked = 0;
  await page.route("**/api/v1/runs", async (route) => {
    asked += 1;
    await pressed;
    await route.continue();
  });
  const card = new Card(page, "Do it");
  await card.button.dblclick();
  await expect.poll(() => asked).toBeGreaterThan(0);
  answer();
  await card.expectState("Succeeded");
  expect(await api.runs()).toHaveLength(1);
});

test.describe("with two people who must agree", () => {
  test.use({ setup: { config: config('[people.nick]\nname = "Nick"\nteams = ["netsec"]\n'), runbooks: "none" } });

  test("a run starts when as many people have agreed as it needs", async ({ page, people, runbooks, api }) => {
    await runbooks.install("both", oneAction("Open up", "echo opened", { approve: "2 netsec" }));
    await signIn(page, "noc");
    const [noel, nick] = [await people.other("netsec"), await people.other("nick")];
    await page.goto("/runbooks/both");
    const card = new Card(page, "Open up");
    await card.press();
    await card.expectState("Awaiting approval");
    const [run] = await api.runs();
    await noel.goto(`/runs/${run?.id}`);
    await sayYes(noel);
    await expect(noel.getByRole("main")).toContainText("1 of 2");
    await expect(toAnswer(noel)).toHaveText("");
    await card.expectState("Awaiting approval");
    await nick.goto(`/runs/${run?.id}`);
    await sayYes(nick);
    await card.expectState("Succeeded");
  });
});

test("on an old revision's page only what is still the same can be run", async ({ page, runbooks, api }) => {
  const text = (second: string) => `${oneAction("Keep", "echo kept")}\n\`\`\`sh\n#| action: Change\necho ${second}\n\`\`\`\n`;
  await runbooks.install("old", text("first"));
  await signIn(page, "noc");
  await page.goto("/runbooks/old");
  const [keep, change] = [new Card(page, "Keep"), new Card(page, "Change")];
  await keep.press();
  await keep.expectState("Succeeded");
  await runbooks.install("old", text("second"));
  // The revision that a run was made of stays readable, from the run's page on.
  await keep.openRun();
  await page.getByRole("link", { name: /^[0-9a-f]{12}$/ }).click();
  await expect(page).toHaveURL(/rev=/);
  await expect(page.getByRole("main")).toContainText("old revision");
  await expect(change.button).toBeDisabled();
  await keep.press();
  await expect.poll(async () => (await api.runs()).length).toBe(2);
  await keep.expectState("Succeeded");
});
