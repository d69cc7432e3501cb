// Disks that fail: a small one that fills up, and one whose syncs go wrong.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";

const WAIT_MS = 30_000;
const isRoot = process.getuid?.() === 0;

/** A folder that is a tmpfs of so many bytes (`12m`), for those alone who are started by `enter`. */
export class SmallDisk {
  private constructor(private readonly keeper: ChildProcess) {}

  static async mount(folder: string, size: string): Promise<SmallDisk> {
    await mkdir(folder, { recursive: true });
    const script = `mount -t tmpfs -o size=${size} lastmile "$0" && echo mounted && exec sleep 3600`;
    const user = isRoot ? [] : ["--user", "--map-root-user"];
    const keeper = spawn("unshare", ["--mount", ...user, "sh", "-c", script, folder], { stdio: ["ignore", "pipe", "inherit"] });
    const needs = "this test needs a tmpfs: Debian's util-linux and mount, and root or user namespaces";
    const said = await Promise.race([once(keeper.stdout, "data"), once(keeper, "exit"), once(keeper, "error")]);
    if (String(said[0]) !== "mounted\n") throw new Error(needs);
    return new SmallDisk(keeper);
  }

  /** The words that start a program there, and become that program. */
  get enter(): string[] {
    const user = isRoot ? [] : ["--user", "--preserve-credentials"];
    return ["nsenter", `--target=${this.keeper.pid}`, "--mount", ...user, "--"];
  }

  unmount(): void {
    this.keeper.kill("SIGKILL");
  }
}

/** Every sync of a process fails until it is mended. */
export class FailingSyncs {
  private constructor(private readonly tracer: ChildProcess) {}

  /** `only`: just those of that file. */
  static async of(pid: number, only?: string): Promise<FailingSyncs> {
    const path = only === undefined ? [] : ["-P", only];
    const words = ["-f", "-qq", "-o", "/dev/null", "-p", String(pid), ...path];
    const tracer = spawn("strace", [...words, "-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=EIO"], { stdio: "ignore" });
    let failure: Error | undefined;
    tracer.on("error", (error) => (failure = error));
    for (const late = Date.now() + WAIT_MS; !(await isTraced(pid)); await pause(20)) {
      if (failure || tracer.exitCode !== null || Date.now() > late) {
        throw new Error(`this test needs Debian's package strace, and to be allowed to use it (${failure ?? tracer.exitCode})`);
      }
    }
    return new FailingSyncs(tracer);
  }

  /** Those of a run's log, as the per-run process makes them. */
  static async ofLog(runFolder: string): Promise<FailingSyncs> {
    const { pid } = JSON.parse(await readFile(`${runFolder}/process`, "utf8"));
    return FailingSyncs.of(pid, `${runFolder}/log`);
  }

  async mend(): Promise<void> {
    if (this.tracer.exitCode !== null || this.tracer.signalCode !== null) return;
    const ended = once(this.tracer, "exit");
    this.tracer.kill("SIGKILL");
    await ended;
  }
}

/** Whether all threads of a process are. */
async function isTraced(pid: number): Promise<boolean> {
  const folder = `/proc/${pid}/task`;
  const status = async (thread: string) => await readFile(`${folder}/${thread}/status`, "utf8").catch(() => "");
  const all = await Promise.all((await readdir(folder)).map(status));
  return all.every((text) => !text.includes("TracerPid:\t0"));
}
