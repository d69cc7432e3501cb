// What a page's security policy refused, as the browser tells it.

import type { BrowserContext } from "@playwright/test";

/** Collects violations on every page of a context that is opened from now on. */
export async function watchViolations(context: BrowserContext): Promise<string[]> {
  const violations: string[] = [];
  await context.exposeFunction("tellPolicyViolation", (text: string) => violations.push(text));
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      const tell = (window as unknown as { tellPolicyViolation(text: string): void }).tellPolicyViolation;
      tell(`${event.violatedDirective} ${event.blockedURI} ${event.sample} ${event.sourceFile}:${event.lineNumber}`);
    });
  });
  return violations;
}
