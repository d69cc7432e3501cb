// Pictures and files of the runbook folder.

import { mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, expectToFit, signIn, test } from "../harness/test.ts";

/** One red pixel. */
const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==", "base64");
const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="2000" height="40"><style>rect{fill:red}</style><script>document.title='run'</script><rect width="2000" height="40"/></svg>`;

const PAGE = `# Pictures

![A pixel](img/pixel.png) ![A drawing](/img/wide.svg "Drawn")

![Not there](img/gone.png)

![Elsewhere](https://pictures.example/x.png)

![A lie](img/lie.png)

[The config](img/app.yaml), [gone](img/gone.yaml), [hidden](.git/config), [above](../../etc/passwd)
`;

test.beforeEach(async ({ server, runbooks, page }) => {
  const img = path.join(server.runbooks, "img");
  await mkdir(img, { recursive: true });
  await writeFile(path.join(img, "pixel.png"), PNG);
  await writeFile(path.join(img, "wide.svg"), SVG);
  await writeFile(path.join(img, "lie.png"), "<html><script>document.title = 'run'</script></html>");
  await writeFile(path.join(img, "app.yaml"), "a: 1\n");
  await symlink("/etc/passwd", path.join(img, "link.png"));
  await runbooks.install("pictures", PAGE);
  await signIn(page, "noc");
});

test("pictures of the folder are shown, and a wide one does not break a narrow page", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 800 });
  await page.goto("/runbooks/pictures");
  for (const name of ["A pixel", "A drawing"]) {
    const picture = page.getByRole("img", { name });
    await picture.scrollIntoViewIfNeeded();
    await expect.poll(() => picture.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBeGreaterThan(0);
  }
  await expectToFit(page, 360);
  await expect(page).toHaveTitle(/Pictures/);
});

test("a missing picture says what it would have shown, one of another site is a link", async ({ page }) => {
  await page.goto("/runbooks/pictures");
  await expect(page.getByText("Picture missing: Not there")).toBeVisible();
  // It has a picture's name, but is none.
  await page.getByText("Picture missing: Not there").scrollIntoViewIfNeeded();
  await expect(page.getByText("Picture missing: A lie")).toBeVisible();
  await expect(page.getByRole("link", { name: "[Image: Elsewhere]" })).toHaveAttribute("href", "https://pictures.example/x.png");
});

test("a linked file is fetched, and links to nothing are broken", async ({ page }) => {
  await page.goto("/runbooks/pictures");
  const fetched = page.waitForEvent("download");
  await page.getByRole("link", { name: "The config" }).click();
  expect((await fetched).suggestedFilename()).toBe("app.yaml");
  const article = page.getByRole("article");
  for (const name of ["gone", "hidden", "above"]) {
    await expect(article.getByRole("link", { name, exact: true })).toHaveCount(0);
  }
});

test("a drawing opened by its address runs nothing", async ({ page, complaints }) => {
  complaints.expect(/script|sandbox/i);
  const answer = await page.goto("/api/v1/files/img/wide.svg");
  expect(answer?.headers()["content-security-policy"]).toContain("default-src 'none'");
  expect(await page.title()).not.toBe("run");
});

test("names that lead elsewhere are refused", async ({ page }) => {
  await page.goto("/runbooks/pictures");
  const names = ["img/link.png", "..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd", "img%00.png", "..%5c..%5cx", ".git/config", "img", "img/", "%ff"];
  for (const name of names) {
    const answer = await page.request.get(`/api/v1/files/${name}`);
    expect(answer.status(), name).toBe(404);
    expect(await answer.json(), name).toMatchObject({ code: "not_found" });
  }
});
