// The app without its second line of defence: the same pages, no Content-Security-Policy, so no Trusted Types either.

import type { BrowserContext } from "@playwright/test";

/** Takes the policy from every page of the server. */
export async function withoutPolicy(context: BrowserContext, origin: string): Promise<void> {
  await context.route(`${origin}/**`, async (route) => {
    if (route.request().resourceType() !== "document") return route.fallback();
    const response = await route.fetch();
    const headers = response.headers();
    delete headers["content-security-policy"];
    await route.fulfill({ response, headers });
  });
}
