// A Lastmile server of one test: its own port, data, runbooks and config, ended when the test ends.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { SmallDisk } from "./disk.ts";
import { endAll, processesWith } from "./processes.ts";

const CHECKOUT = fileURLToPath(new URL("../../..", import.meta.url));
const BINARY = path.resolve(process.env.LASTMILE_BIN ?? path.join(CHECKOUT, "target/debug/lastmile"));
const READY = /Lastmile is ready at (http:\/\/\S+)/;
const START_MS = 60_000;
const STOP_MS = 30_000;
const WRITE_MS = 60_000;

/** Nothing of this shell's own settings may decide what the server does. */
function withoutOurs(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("LASTMILE_")));
}

/** What a server starts with. */
export interface Setup {
  /** The config file's text; `null` for the server's built-in demo. */
  config: string | null;
  /** Which runbooks there are at first: none, the shipped ones, or a folder of others, which is served where it is. */
  runbooks: "none" | "shipped" | { folder: string };
  /** A policy file's text; it stands in the folder `policies` beside the config, which has to name that. */
  policies?: string;
  /** The data folder is a disk of its own of so many bytes (`12m`), which only the server and its runs see. */
  disk?: string;
}

export class Server {
  /** Everything that the server wrote, for the report of a failed test. */
  output = "";
  private child: ChildProcess | undefined;
  private address: string | undefined;
  private disk: SmallDisk | undefined;

  private constructor(
    /** The folder that holds everything of this test. */
    readonly home: string,
    private readonly setup: Setup,
  ) {}

  /** Prepares the folders and starts the server on a free port. */
  static async start(setup: Setup): Promise<Server> {
    const home = await mkdtemp(path.join(tmpdir(), "lastmile-e2e-"));
    const server = new Server(home, setup);
    await mkdir(server.data);
    if (setup.disk !== undefined) server.disk = await SmallDisk.mount(server.data, setup.disk);
    if (setup.runbooks === "shipped") await cp(path.join(CHECKOUT, "runbooks"), server.runbooks, { recursive: true });
    else if (setup.runbooks === "none") await mkdir(server.runbooks);
    if (setup.policies !== undefined) {
      await mkdir(path.join(home, "policies"));
      await writeFile(path.join(home, "policies", "house.cedar"), setup.policies);
    }
    if (setup.config !== null) await writeFile(server.configFile, setup.config);
    await server.launch("127.0.0.1:0");
    return server;
  }

  /** The data folder. */
  get data(): string {
    return path.join(this.home, "data");
  }

  /** The runbook folder. */
  get runbooks(): string {
    const { runbooks } = this.setup;
    return typeof runbooks === "object" ? runbooks.folder : path.join(this.home, "runbooks");
  }

  /** Where the app is, without a slash at the end. */
  get url(): string {
    if (this.address === undefined) throw new Error("the server has not been started");
    return this.address;
  }

  /** Its process. */
  get pid(): number {
    if (this.child?.pid === undefined) throw new Error("the server does not run");
    return this.child.pid;
  }

  private get configFile(): string {
    return path.join(this.home, "lastmile.toml");
  }

  /** Waits until the server writes something, from now on, that `wanted` accepts. */
  async writes(wanted: (written: string) => boolean, what: string): Promise<void> {
    const [from, late] = [this.output.length, Date.now() + WRITE_MS];
    const streams = [this.child?.stdout, this.child?.stderr].filter((stream) => stream != null);
    while (!wanted(this.output.slice(from))) {
      const signal = AbortSignal.timeout(Math.max(1, late - Date.now()));
      await Promise.race(streams.map((stream) => once(stream, "data", { signal }))).catch(() => {
        throw new Error(`the server did not write ${what} within ${WRITE_MS} ms`);
      });
    }
  }

  /** Ends the server as an upgrade does and starts it again at the same address. */
  async restart(whileDown: () => Promise<void> = async () => {}): Promise<void> {
    const { host } = new URL(this.url);
    await this.terminate();
    await whileDown();
    await this.launch(host);
  }

  /** Ends the server, and whatever its runs left, and checks that it ended well. */
  async stop(): Promise<void> {
    try {
      await this.terminate();
    } finally {
      await endAll(processesWith(this.home));
      this.disk?.unmount();
      await rm(this.home, { recursive: true, force: true, maxRetries: 5 });
    }
  }

  /** Runs a command of the binary on this server's config and data, with a line on its standard input. */
  async command(words: string[], line: string): Promise<void> {
    const child = spawn(BINARY, [...words, "--config", this.configFile, "--data", this.data], { env: withoutOurs(), stdio: ["pipe", "ignore", "pipe"] });
    let complaint = "";
    child.stderr.on("data", (bytes: Buffer) => (complaint += bytes.toString()));
    child.stdin.end(`${line}\n`);
    const [code] = await once(child, "close");
    if (code !== 0) throw new Error(`lastmile ${words.join(" ")} ended with ${code}: ${complaint}`);
  }

  private async launch(listen: string): Promise<void> {
    const args = ["serve", "--listen", listen, "--data", this.data, "--runbooks", this.runbooks];
    if (this.setup.config !== null) args.push("--config", this.configFile);
    const [program = BINARY, ...words] = [...(this.disk?.enter ?? []), BINARY, ...args];
    const child = spawn(program, words, { cwd: this.home, env: withoutOurs(), stdio: ["ignore", "pipe", "pipe"] });
    this.child = child;
    this.address = await new Promise<string>((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`${BINARY} ${why}\n${this.output}`));
      const late = setTimeout(() => fail(`was not ready after ${START_MS} ms`), START_MS);
      const read = (bytes: Buffer) => {
        this.output += bytes.toString();
        const ready = READY.exec(this.output.slice(this.readyFrom));
        if (ready?.[1]) {
          clearTimeout(late);
          resolve(ready[1].replace(/\/$/, ""));
        }
      };
      child.stdout?.on("data", read);
      child.stderr?.on("data", read);
      child.on("error", (error) => fail(`could not be started: ${error.message}`));
      child.on("exit", (code, signal) => {
        clearTimeout(late);
        fail(`ended before it was ready (${code ?? signal})`);
      });
    });
    this.readyFrom = this.output.length;
  }

  private readyFrom = 0;

  private async terminate(): Promise<void> {
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`the server ended by itself (${child?.exitCode ?? child?.signalCode})\n${this.output}`);
    }
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    const [code, signal] = await ended;
    clearTimeout(late);
    this.child = undefined;
    if (code !== 0) throw new Error(`the server did not end well after SIGTERM (${code ?? signal})\n${this.output}`);
  }
}
