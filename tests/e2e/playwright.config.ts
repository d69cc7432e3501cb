// The browser tests: every test its own server. Two at a time, but for those that measure how smooth something is: what runs
// beside them would count.
//
// Time limits are for what never comes. A cold machine with other work to do takes ten times as long as a quick one, and what
// has to be quick is measured against a control.

import { defineConfig } from "@playwright/test";
import { chromium } from "./harness/chromium.ts";

const ALONE = /(big-catalog|log-huge|log-live)\.spec\.ts/;

export default defineConfig({
  projects: [
    { name: "alone", testMatch: ALONE, workers: 1 },
    { name: "together", testIgnore: ALONE },
  ],
  testDir: "specs",
  outputDir: "results/tests",
  fullyParallel: true,
  workers: 2,
  forbidOnly: Boolean(process.env.CI),
  timeout: 180_000,
  expect: { timeout: 30_000 },
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
