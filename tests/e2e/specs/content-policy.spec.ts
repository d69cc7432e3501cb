import type { Page } from "@playwright/test";
import { oneAction } from "../harness/runbooks.ts";
import { expect, signIn, test } from "../harness/test.ts";

const PAGES = ["/", "/sign-in", "/runbooks/a", "/runbooks/none", "/runs", "/runs/none", "/approvals", "/alerts/Some.Alert", "/no/such/page"];
const ANSWERS = ["/session", "/runbooks", "/runbooks/a", "/runbooks/none", "/runs", "/approvals", "/nope", "/files/a.png"];

test("every page allows what the app needs and nothing else", async ({ page, server, runbooks }) => {
  await runbooks.install("a", "# A");
  for (const path of PAGES) {
    const answer = await page.request.get(`${server.url}${path}`);
    const policy = directives(answer.headers()["content-security-policy"]);
    expect(policy.get("default-src"), path).toBe("'none'");
    expect(policy.get("script-src"), path).toBe("'self' 'wasm-unsafe-eval'");
    expect(policy.get("style-src"), path).toBe("'self'");
    expect(policy.get("connect-src"), path).toBe("'self'");
    expect(policy.get("base-uri"), path).toBe("'none'");
    expect(policy.get("form-action"), path).toBe("'self'");
    expect(policy.get("frame-ancestors"), path).toBe("'none'");
    expect(policy.get("require-trusted-types-for"), path).toBe("'script'");
    expect(policy.get("trusted-types"), path).toBe("default");
    // Pictures of our own; of another host, nothing by any directive.
    for (const sources of policy.values()) expect(sources, path).not.toMatch(/\*|http|unsafe-inline|(?<!wasm-)unsafe-eval/);
  }
});

test("answers of the API, refusals too, are no pages whatever a browser takes them for", async ({ page, server, runbooks, api }) => {
  await runbooks.install("a", "# A <script>alert(1)</script>");
  await signIn(page, "noc");
  for (const path of ANSWERS) {
    const answer = await api.get(path);
    const headers = answer.headers();
    const policy = directives(headers["content-security-policy"]);
    expect(policy.get("default-src"), path).toBe("'none'");
    expect(headers["x-content-type-options"], path).toBe("nosniff");
    expect(headers["content-type"], path).toBe("application/json");
  }
  const html = await page.request.get(`${server.url}/runbooks/a`, { headers: { accept: "text/html" } });
  expect(await html.text()).not.toContain("alert(1)");
});

test("a log that is opened as a file is text", async ({ page, runbooks, api, server }) => {
  await runbooks.install("a", oneAction("Print", "echo '<script>alert(1)</script>'"));
  await signIn(page, "noc");
  await page.goto("/runbooks/a");
  const card = page.getByRole("group", { name: "Print", exact: true });
  await card.getByRole("button", { name: "Print", exact: true }).click();
  await expect(card.getByRole("status")).toContainText("Succeeded");
  const id = (await api.runs())[0]?.id;
  const { status, headers, text } = await page.evaluate(async (url) => {
    const answer = await fetch(url);
    return { status: answer.status, headers: Object.fromEntries(answer.headers), text: await answer.text() };
  }, `${server.url}/api/v1/runs/${id}/log.txt`);
  expect([status, text]).toEqual([200, "<script>alert(1)</script>\n"]);
  expect(headers["content-type"]).toMatch(/^text\/plain/);
  expect(headers["x-content-type-options"]).toBe("nosniff");
  expect(directives(headers["content-security-policy"]).get("default-src")).toBe("'none'");
});

/** What a script of the page itself may not do, and which directive says so. */
const REFUSED: { what: string; directive: string; attempt: () => unknown }[] = [
  {
    what: "markup from a string, by innerHTML",
    directive: "require-trusted-types-for",
    attempt: () => (document.createElement("div").innerHTML = "<img src=x onerror=alert(1)>"),
  },
  {
    what: "markup from a string, by insertAdjacentHTML",
    directive: "require-trusted-types-for",
    attempt: () => document.body.insertAdjacentHTML("beforeend", "<img src=x onerror=alert(2)>"),
  },
  {
    what: "markup from a string, by document.write",
    directive: "require-trusted-types-for",
    attempt: () => document.write("<img src=x onerror=alert(3)>"),
  },
  {
    what: "markup from a string, by a fragment",
    directive: "require-trusted-types-for",
    attempt: () => document.createRange().createContextualFragment("<img src=x onerror=alert(4)>"),
  },
  {
    what: "markup from a string, by a parser",
    directive: "require-trusted-types-for",
    attempt: () => new DOMParser().parseFromString("<img src=x onerror=alert(5)>", "text/html"),
  },
  {
    what: "a frame from a string",
    directive: "require-trusted-types-for",
    attempt: () => (document.createElement("iframe").srcdoc = "<img src=x onerror=alert(6)>"),
  },
  {
    what: "a script from a string",
    directive: "require-trusted-types-for",
    attempt: () => (document.createElement("script").text = "alert(7)"),
  },
  {
    what: "a script from an address",
    directive: "require-trusted-types-for",
    attempt: () => (document.createElement("script").src = "/boot.js"),
  },
  { what: "code from a string, by eval", directive: "require-trusted-types-for", attempt: () => (0, eval)("alert(8)") },
  { what: "code from a string, by a timer", directive: "require-trusted-types-for", attempt: () => setTimeout("alert(9)" as never) },
  { what: "a policy of another name", directive: "trusted-types", attempt: () => (window as unknown as Policies).trustedTypes.createPolicy("mine", {}) },
  { what: "the app's policy once more", directive: "trusted-types", attempt: () => (window as unknown as Policies).trustedTypes.createPolicy("default", {}) },
];

/** Where the page makes its policies. */
interface Policies {
  trustedTypes: { createPolicy(name: string, rules: object): unknown };
}

for (const { what, directive, attempt } of REFUSED) {
  test(`the page refuses ${what}`, async ({ page, complaints }) => {
    complaints.expect(/Trusted ?Type|trusted-types|policy/i);
    await page.goto("/");
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    const { error, violated } = await tryIn(page, attempt);
    expect(error).toMatch(/Trusted ?Type|policy|Policy/);
    expect(violated).toContain(directive);
  });
}

/** Runs an attempt in the page's own context; gives the error and the directives that were violated by it. */
function tryIn(page: Page, attempt: () => unknown): Promise<{ error: string; violated: string[] }> {
  // In a timer: what a test evaluates directly is exempt from some rules.
  return page.evaluate(`new Promise((resolve) => {
    const violated = [];
    let error = "nothing refused it";
    document.addEventListener("securitypolicyviolation", (event) => {
      violated.push(event.violatedDirective);
      resolve({ error, violated });
    });
    setTimeout(() => {
      try { (${attempt})(); } catch (cause) { error = String(cause); }
      // The violation is told after that, if there was one.
      setTimeout(() => resolve({ error, violated }), 10_000);
    });
  })`);
}

test("scripts, styles, frames and forms that are not the app's own are refused", async ({ page, complaints }) => {
  complaints.expect(/violates|Content Security Policy|Refused|ERR_BLOCKED_BY_CSP|ERR_FAILED|blocked/i);
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  const violated: string[] = [];
  await page.exposeFunction("tellViolated", (directive: string) => violated.push(directive));
  await page.evaluate(() => {
    const tell = (window as unknown as { tellViolated(directive: string): void }).tellViolated;
    document.addEventListener("securitypolicyviolation", (event) => tell(event.violatedDirective));
    const put = (tag: string, attributes: Record<string, string>, text = "") => {
      const element = document.createElement(tag);
      // Of some the type is refused first, and the address is then none.
      for (const [name, value] of Object.entries(attributes)) {
        try {
          element.setAttribute(name, value);
        } catch {}
      }
      element.append(text);
      document.body.append(element);
      return element;
    };
    put("style", {}, "body { color: red }");
    put("p", { style: "color: red" });
    put("img", { src: "http://evil.example/x.png" });
    put("iframe", { src: "http://evil.example/" });
    put("audio", { src: "http://evil.example/x.mp3" });
    put("link", { rel: "stylesheet", href: "http://evil.example/x.css" });
    put("base", { href: "http://evil.example/" });
    (put("a", { href: "javascript:alert(1)" }) as HTMLAnchorElement).click();
    (put("form", { action: "http://evil.example/", method: "post" }) as HTMLFormElement).submit();
    void fetch("http://evil.example/").catch(() => {});
    navigator.sendBeacon("http://evil.example/");
  });
  const expected = ["style-src-elem", "style-src-attr", "img-src", "frame-src", "media-src", "base-uri", "form-action", "connect-src"];
  await expect.poll(() => expected.filter((directive) => !violated.includes(directive))).toEqual([]);
});

test("no other page can frame the app", async ({ page, server, complaints }) => {
  complaints.expect(/frame|refused|ERR_BLOCKED_BY_RESPONSE/i);
  await page.route("http://portal.example/", (route) => route.fulfill({ contentType: "text/html", body: `<iframe src="${server.url}/"></iframe>` }));
  await page.goto("http://portal.example/");
  await expect.poll(() => page.frames().length).toBe(2);
  await expect.poll(() => page.frames()[1]?.url()).toBe("chrome-error://chromewebdata/");
});

function directives(policy = ""): Map<string, string> {
  const parts = policy.split(";").map((part) => part.trim().split(/\s+(.*)/s));
  return new Map(parts.map(([name = "", sources = ""]) => [name, sources]));
}
