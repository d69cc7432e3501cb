// Measurements in the browser: `cargo xtask bench markdown`.

import { defineConfig } from "@playwright/test";
import { chromium } from "./harness/chromium.ts";
import tests from "./playwright.config.ts";

// A frame is made as soon as there is something to show: waiting for a screen that is not there would be measured too.
const UNPACED = ["--disable-gpu-vsync", "--disable-frame-rate-limit"];

export default defineConfig({
  ...tests,
  projects: [{ name: "bench" }],
  testDir: "bench",
  testMatch: "**/*.bench.ts",
  workers: 1,
  timeout: 600_000,
  use: { ...tests.use, trace: "off", launchOptions: { ...chromium, args: [...(chromium.args ?? []), ...UNPACED] } },
});
