// The parts of the app as a person finds them: by role and name.

import { expect, type Locator, type Page } from "@playwright/test";

/** An action in a runbook's page. */
export class Card {
  readonly root: Locator;

  constructor(page: Page, readonly label: string) {
    this.root = page.getByRole("group", { name: label, exact: true });
  }

  /** The button that asks for a run. */
  get button(): Locator {
    return this.root.getByRole("button", { name: this.label, exact: true });
  }

  /** What the action's newest run is doing. */
  get state(): Locator {
    return this.root.getByRole("status");
  }

  /** The live output under the action. */
  get log(): Locator {
    return this.root.getByRole("log");
  }

  /** The field of an input. */
  field(name: string): Locator {
    return this.root.getByRole("textbox", { name });
  }

  /** Chooses one of a few. */
  async choose(option: string): Promise<void> {
    await this.root.getByRole("radio", { name: option, exact: true }).check();
  }

  async press(): Promise<void> {
    await this.button.click();
  }

  /** Ends the newest run, or withdraws its request. */
  async cancel(): Promise<void> {
    await this.root.getByRole("button", { name: "Cancel" }).click();
    await this.root.page().getByRole("dialog").getByRole("button", { name: "Cancel run" }).click();
  }

  /** The page of the newest run. */
  async openRun(): Promise<void> {
    await this.root.getByRole("link", { name: "Open run" }).click();
  }

  async expectState(word: string, timeout?: number): Promise<void> {
    await expect(this.state).toContainText(word, { timeout });
  }
}

/** The id of the run whose page is open. */
export function runIdOf(page: Page): string {
  const id = /\/runs\/([^/?#]+)/.exec(page.url())?.[1];
  if (!id) throw new Error(`${page.url()} is not a run's page`);
  return decodeURIComponent(id);
}
