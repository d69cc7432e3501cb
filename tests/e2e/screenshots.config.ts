// Pictures of the app for the README and for looking at: `npm run screenshots`.

import { defineConfig } from "@playwright/test";
import tests from "./playwright.config.ts";

export default defineConfig({ ...tests, projects: [{ name: "pictures" }], testDir: "pictures", workers: 1, testMatch: "**/*.pictures.ts", timeout: 180_000 });
