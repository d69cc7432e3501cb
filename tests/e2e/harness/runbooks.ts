// The runbook folder of one test's server.

import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Server } from "./server.ts";

const CHANGED = /the runbook folder has changed runbooks=(\d+)/g;

export class RunbookFolder {
  constructor(private readonly server: Server) {}

  private get folder(): string {
    return this.server.runbooks;
  }

  /** Writes a runbook, or overwrites it with another text, and waits until the server has seen it. */
  async install(slug: string, markdown: string): Promise<void> {
    await this.installAll([{ slug, text: markdown }]);
  }

  /** Writes several. */
  async installAll(files: { slug: string; text: string }[]): Promise<void> {
    const isSeen = (written: string) => {
      const changed = [...written.matchAll(CHANGED)].reduce((sum, line) => sum + Number(line[1]), 0);
      return changed >= files.length;
    };
    const seen = this.server.writes(isSeen, `that it has seen ${files.map(({ slug }) => slug).join(", ")}`);
    for (const { slug, text } of files) await this.write(slug, text);
    await seen;
  }

  /** As an editor does: readers never see half of it. */
  private async write(slug: string, markdown: string): Promise<void> {
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
