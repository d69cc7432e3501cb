// What every test gets: a server, a runbook folder, people who sign in, and a browser that complains.

import { test as base, type BrowserContext, expect, type Locator, type Page } from "@playwright/test";
import { Api } from "./api.ts";
import { config } from "./config.ts";
import { RunbookFolder } from "./runbooks.ts";
import { Server, type Setup } from "./server.ts";

/** What the browser said that it should not have. */
export class Complaints {
  readonly found: string[] = [];
  private readonly expected: RegExp[] = [];

  /** From now on, such a complaint is what the test wants to provoke. */
  expect(pattern: RegExp): void {
    this.expected.push(pattern);
  }

  /** Listens to all pages of a browser context. */
  watch(context: BrowserContext): void {
    watched.set(context, this);
    context.on("weberror", (error) => this.add(`page error: ${error.error().stack ?? error.error().message}`));
    context.on("console", (message) => {
      if (message.type() === "error") this.add(`console: ${message.text()} (${message.location().url})`);
    });
  }

  unexpected(): string[] {
    return this.found.filter((complaint) => !this.expected.some((pattern) => pattern.test(complaint)));
  }

  private add(complaint: string): void {
    this.found.push(complaint);
  }
}

/** Who listens to which browser context. */
const watched = new WeakMap<BrowserContext, Complaints>();

/** Signs people in, each in a browser context of their own. */
export class People {
  constructor(
    private readonly newContext: () => Promise<BrowserContext>,
  ) {}

  /** A page of somebody else's browser, signed in. */
  async other(person: string): Promise<Page> {
    const page = await (await this.newContext()).newPage();
    await signIn(page, person);
    return page;
  }
}

/** What the config calls people. */
const NAMES: Record<string, RegExp> = { noc: /Nora/, sre: /Sam/, middleware: /Mika/, netsec: /Noel/ };

/** Signs in as a person of the config, by the sign-in page. */
export async function signIn(page: Page, person: string): Promise<void> {
  if (!page.url().includes("/sign-in")) await page.goto("/sign-in");
  await choosePerson(page, person);
  await expect(personMenu(page)).toBeVisible();
}

/** The button in the header that says who is signed in. */
export function personMenu(page: Page): Locator {
  return page.getByRole("banner").getByRole("button", { name: /^Signed in as/ });
}

/** How many requests wait for this person's answer, as the header says it; empty if none. */
export function toAnswer(page: Page): Locator {
  return page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Approvals" }).getByRole("status");
}

/** Says yes to the request that `where` shows, resting on `judgement`. */
export async function sayYes(where: Page | Locator, judgement = "I checked it"): Promise<void> {
  await where.getByRole("radio", { name: judgement }).check();
  await where.getByRole("button", { name: "Yes, run it" }).click();
}

/** Says no to the request that `where` shows, resting on `judgement`. */
export async function sayNo(where: Page | Locator, judgement = "I checked it"): Promise<void> {
  await where.getByRole("radio", { name: judgement }).check();
  await where.getByRole("button", { name: "No", exact: true }).click();
}

/** Signs out by the header's menu. */
export async function signOut(page: Page): Promise<void> {
  // What is on its way when the session ends is refused.
  watched.get(page.context())?.expect(/401/);
  await personMenu(page).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
}

/** Nothing makes the page wider than the window, which is so many pixels wide, once it is laid out. */
export async function expectToFit(page: Page, pixels: number): Promise<void> {
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth), "the page's width").toBeLessThanOrEqual(pixels);
}

/** Presses a person's button on the sign-in page that is shown. */
export async function choosePerson(page: Page, person: string): Promise<void> {
  await page.getByRole("main").getByRole("button", { name: NAMES[person] ?? person }).click();
}

interface Fixtures {
  /** How the server starts; `test.use({ setup })` changes it. */
  setup: Setup;
  server: Server;
  runbooks: RunbookFolder;
  complaints: Complaints;
  people: People;
  /** Requests as whoever is signed in on `page`. */
  api: Api;
}

export const test = base.extend<Fixtures>({
  setup: [{ config: config(), runbooks: "none" }, { option: true }],

  server: async ({ setup }, use, testInfo) => {
    const server = await Server.start(setup);
    try {
      await use(server);
    } finally {
      const failed = testInfo.status !== testInfo.expectedStatus;
      await server.stop().finally(async () => {
        if (failed) await testInfo.attach("server", { body: server.output, contentType: "text/plain" });
      });
    }
  },

  baseURL: async ({ server }, use) => use(server.url),

  runbooks: async ({ server }, use) => use(new RunbookFolder(server)),

  complaints: async ({}, use) => {
    const complaints = new Complaints();
    await use(complaints);
    expect(complaints.unexpected(), "what the browser complained about").toEqual([]);
  },

  context: async ({ context, complaints }, use) => {
    complaints.watch(context);
    await use(context);
  },

  people: async ({ browser, complaints, server, contextOptions, viewport, locale, timezoneId }, use) => {
    const contexts: BrowserContext[] = [];
    await use(
      new People(async () => {
        const context = await browser.newContext({ ...contextOptions, viewport, locale, timezoneId, baseURL: server.url });
        complaints.watch(context);
        contexts.push(context);
        return context;
      }),
    );
    for (const context of contexts) await context.close();
  },

  api: async ({ page, server }, use) => use(new Api(page, server.url)),
});

export { expect };
