// Scripts that wait for the test instead of for time.

import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { Server } from "./server.ts";

/** A gate that a script waits at until the test opens it. */
export class Gate {
  private readonly file: string;

  constructor(server: Server, name = "go") {
    this.file = path.join(server.home, name);
  }

  /** The line of shell that waits. */
  get wait(): string {
    return `while [ ! -e '${this.file}' ]; do sleep 0.05; done`;
  }

  async open(): Promise<void> {
    await writeFile(this.file, "");
  }
}
