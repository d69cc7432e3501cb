import path from "node:path";
import { corpora, type File, filesOf, FIXTURES } from "../harness/reading/folder.ts";
import { textOfFile } from "../harness/reading/markdown-text.ts";
import { openRunbook, runbookPath } from "../harness/reading/open.ts";
import { textOfPage } from "../harness/reading/page-text.ts";
import { type Difference, differences, words } from "../harness/reading/words.ts";
import { watchViolations } from "../harness/violations.ts";
import { expect, signIn, test } from "../harness/test.ts";
import { EXCEPTIONS } from "./corpus.exceptions.ts";

// Hundreds of pages: recording each would take longer than reading it.
test.use({ trace: "off" });

/** The public runbooks where they are, in two halves that run side by side, and always our own fixtures. */
const beside = corpora();
const sets = [FIXTURES, ...(beside ? ["openshift", "prometheus-operator"].map((name) => path.join(beside, name)) : [])];

for (const folder of sets) {
  const name = path.basename(folder);
  test.describe(name, () => {
    test.use({ setup: { config: null, runbooks: { folder } } });

    test(`every word of every runbook of ${name} is on its page, in order`, async ({ page, context }) => {
      test.setTimeout(1_200_000);
      const violations = await watchViolations(context);
      await signIn(page, "noc");
      const files = filesOf(folder);
      expect(files.length, `runbooks in ${folder}`).toBeGreaterThan(0);
      const failed: string[] = [];
      for (const file of files) {
        await openRunbook(page, runbookPath(file.slug));
        const wrong = await differ(file, (titled) => textOfPage(page, titled));
        if (wrong.length > 0) failed.push(report(file, wrong));
        const broken = violations.splice(0).map((it) => `${file.slug}: ${it}`);
        failed.push(...broken);
      }
      const excused = failed.filter((line) => slugOf(line) in EXCEPTIONS);
      expect(failed.filter((line) => !excused.includes(line)).join("\n\n")).toBe("");
      expect(excused.length).toBeLessThanOrEqual(files.length / 100);
      const known = Object.keys(EXCEPTIONS).filter((slug) => files.some((file) => file.slug === slug));
      expect(excused.map(slugOf).sort(), "exceptions that are still needed").toEqual(known.sort());
    });
  });
}

async function differ(file: File, read: (titled: boolean) => Promise<string>): Promise<Difference[]> {
  const { text, titled } = textOfFile(file.source);
  const found = differences(words(text), words(await read(titled)));
  // It stands for a picture that has no words of its own.
  return found.filter((it) => it.kind === "missing" || it.words !== "image");
}

function report(file: File, wrong: Difference[]): string {
  const lines = wrong.slice(0, 5).map((it) => `  ${it.kind} «${it.words.slice(0, 200)}» after «${it.after}»; the page goes on «${it.page}»`);
  return `${file.slug}: ${wrong.length} differences\n${lines.join("\n")}`;
}

function slugOf(line: string): string {
  return line.slice(0, line.indexOf(":"));
}
