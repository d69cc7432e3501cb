// The browser tests: every test its own server, two at a time.

import { defineConfig } from "@playwright/test";
import { chromium } from "./harness/chromium.ts";

export default defineConfig({
  testDir: "specs",
  outputDir: "results/tests",
  fullyParallel: true,
  workers: 2,
  forbidOnly: Boolean(process.env.CI),
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    launchOptions: chromium,
    viewport: { width: 1280, height: 800 },
    locale: "en-GB",
    timezoneId: "UTC",
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
  },
});
