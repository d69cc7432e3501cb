// The runbook folder of one test's server.

import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";

export class RunbookFolder {
  constructor(private readonly folder: string) {}

  /** Writes (or overwrites) a runbook, as an editor does: readers never see half of it. */
  async install(slug: string, markdown: string): Promise<void> {
    const file = path.join(this.folder, `${slug}.md`);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(`${file}.new`, markdown);
    await rename(`${file}.new`, file);
  }

  /** Removes a runbook. */
  async remove(slug: string): Promise<void> {
    await rm(path.join(this.folder, `${slug}.md`));
  }
}

/** A runbook with one action, called `label`. `header` holds further lines of the action's header. */
export function oneAction(label: string, script: string, header: Record<string, string> = {}, frontMatter = ""): string {
  const lines = Object.entries({ action: label, ...header }).map(([key, value]) => `#| ${key}: ${value}`);
  const front = frontMatter ? `---\n${frontMatter.trim()}\n---\n\n` : "";
  return `${front}# ${label} page\n\n\`\`\`sh\n${lines.join("\n")}\n${script.trim()}\n\`\`\`\n`;
}
