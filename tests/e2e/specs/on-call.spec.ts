import { Card } from "../harness/card.ts";
import { config } from "../harness/config.ts";
import { oneAction } from "../harness/runbooks.ts";
import { expect, signIn, test, toAnswer } from "../harness/test.ts";

const DUTY = `
[approval]
hand_on = "4s"
[teams.netsec]
second = "middleware"
[teams.netsec.on_call]
command = ["echo", '["netsec"]']
`;

test.use({ setup: { config: config(DUTY), runbooks: "none" } });

test("who is on call stands at the request, and a second team is told when nobody answers", async ({ page, people, runbooks, api }) => {
  await runbooks.install("gate", oneAction("Open up", "echo opened", { approve: "netsec" }));
  const second = await people.other("middleware");
  await signIn(page, "noc");
  await page.goto("/runbooks/gate");
  const card = new Card(page, "Open up");
  await card.press();
  await card.expectState("Awaiting approval");
  await expect(second.getByRole("region", { name: "News" })).toContainText("Nobody has answered Nora: Open up on local");
  await expect(toAnswer(second)).toHaveText("");
  const [run] = await api.runs();
  await second.goto(`/runs/${run?.id}`);
  await expect(second.getByRole("main")).toContainText("On call for netsec: Noel");
  await expect(second.getByRole("main")).toContainText("middleware was told too");
  await expect(second.getByRole("button", { name: "Yes, run it" })).toBeHidden();
});
