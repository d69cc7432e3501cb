// How the browser is started: the system's Chromium, headless, and silent towards the outside.

import type { LaunchOptions } from "@playwright/test";

/** Which Chromium drives the tests, and with which flags. */
export const chromium: LaunchOptions = {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  // Chromium's sandbox needs rights that neither root nor most containers have.
  chromiumSandbox: false,
  args: [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-pings",
    "--no-first-run",
  ],
};
