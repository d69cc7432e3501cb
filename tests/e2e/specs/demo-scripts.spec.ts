// The demo's scripts by themselves: real processes, real ports, and real reasons.

import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";
import { tryPort } from "../harness/port.ts";
import { endAll, processesWith } from "../harness/processes.ts";

const TOOLS = fileURLToPath(new URL("../../../runbooks/demo/bin", import.meta.url));
const PROD = { BAR_ENVIRONMENT: "prod", BAR_DATABASE: "bar-prod", BAR_WORKERS: "3", BAR_ACME: "acme" };

/** One demo of its own, in prod. */
class Demo {
  constructor(readonly home: string) {}

  /** Runs one of the demo's commands. */
  run(command: string, settings: Record<string, string> = PROD): { code: number | null; said: string } {
    const env = { PATH: `${TOOLS}:/usr/bin:/bin`, DEMO_STATE: path.join(this.home, "demo"), DEMO_ENVIRONMENT: "prod", ...settings };
    const { status, stdout, stderr } = spawnSync("sh", ["-euc", command], { env, encoding: "utf8" });
    return { code: status, said: stdout + stderr };
  }

  file(name: string): string {
    return path.join(this.home, "demo/prod", name);
  }

  /** Whether Acme's port answers a connection from here. */
  async port(): Promise<string> {
    const [host, port] = (await readFile(this.file("acme.address"), "utf8")).trim().split(" ");
    return tryPort(host ?? "", Number(port));
  }
}

const testDemo = test.extend<{ demo: Demo }>({
  demo: async ({}, use) => {
    const demo = new Demo(await mkdtemp(path.join(tmpdir(), "lastmile-demo-")));
    await use(demo);
    await endAll(processesWith(demo.home));
    await rm(demo.home, { recursive: true, force: true, maxRetries: 10 });
  },
});

testDemo("the pool does not start because Acme's port is closed, and starts once a rule opens it", async ({ demo }) => {
  const started = demo.run("demo start");
  expect(started.code, started.said).toBe(0);
  expect(started.said).toContain("pool blue does not start: acme at 127.0.0.1:");
  expect(demo.run("bar-pool check blue")).toMatchObject({ code: 1, said: expect.stringMatching(/not running.*did not start.*Connection refused/s) });
  expect(await demo.port()).toBe("ECONNREFUSED");

  expect(demo.run("port-rule open bar acme 3600")).toMatchObject({ code: 0, said: expect.stringContaining("connected") });
  expect(await demo.port()).toBe("connected");
  expect(demo.run("bar-pool restart blue")).toMatchObject({ code: 0, said: expect.stringContaining("pool blue is up: 3 workers") });
  expect(demo.run("bar-pool check blue")).toMatchObject({ code: 0, said: expect.stringContaining("with the settings of prod") });
});

testDemo("a missing rule and a missing listener make the check fail differently", async ({ demo }) => {
  demo.run("demo start");
  expect(demo.run("reach acme")).toMatchObject({ code: 1, said: expect.stringContaining("Connection refused") });
  demo.run("port-rule open bar acme 3600");
  expect(demo.run("reach acme")).toMatchObject({ code: 0, said: expect.stringContaining("acme says: ACME ready") });
  demo.run("acme stop");
  expect(demo.run("reach acme")).toMatchObject({ code: 2, said: expect.stringContaining("closed it without a word") });
});

testDemo("the rule file alone decides whether the port answers, and a rule ends by itself", async ({ demo }) => {
  demo.run("demo start");
  await writeFile(demo.file("rules"), "allow bar acme # by hand\n");
  await expect.poll(() => demo.port()).toBe("connected");
  await writeFile(demo.file("rules"), `allow bar acme until ${Math.floor(Date.now() / 1000) - 1}\n`);
  await expect.poll(() => demo.port()).toBe("ECONNREFUSED");
  await writeFile(demo.file("rules"), "allow somebody acme\n");
  expect(await demo.port()).toBe("ECONNREFUSED");
});

testDemo("a pool refuses the settings of another environment", async ({ demo }) => {
  demo.run("demo start");
  demo.run("port-rule open bar acme 3600");
  const refused = demo.run("bar-pool restart blue", { ...PROD, BAR_ENVIRONMENT: "qa" });
  expect(refused).toMatchObject({ code: 1, said: expect.stringContaining("BAR_ENVIRONMENT is qa, but this is prod") });
  const unset = demo.run("bar-pool restart blue", { ...PROD, BAR_DATABASE: "" });
  expect(unset).toMatchObject({ code: 1, said: expect.stringContaining("BAR_DATABASE is not set") });
});

testDemo("the demo's processes end when it is stopped", async ({ demo }) => {
  demo.run("demo start");
  demo.run("port-rule open bar acme 3600");
  demo.run("bar-pool restart blue");
  expect(processesWith(demo.home).length).toBeGreaterThanOrEqual(5);
  expect(demo.run("demo stop").code).toBe(0);
  await expect.poll(() => processesWith(demo.home)).toEqual([]);
});

testDemo("the demo's processes end when its data folder goes away", async ({ demo }) => {
  demo.run("demo start");
  expect(processesWith(demo.home).length).toBeGreaterThanOrEqual(4);
  // They may be writing there.
  await rm(demo.home, { recursive: true, maxRetries: 10 });
  await expect.poll(() => processesWith(demo.home)).toEqual([]);
});
