// The pages of the other viewers, and the stream that they fetch, from a server of their own on this machine.

import { once } from "node:events";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type Server, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const PAGES = fileURLToPath(new URL("pages", import.meta.url));
const modules = createRequire(import.meta.url);
const SOURCES = ["pre", "xterm", "logviewer"];

/** A page with nothing on it but one viewer. */
const page = (name: string): string => `<!doctype html><meta charset="utf-8"><title>${name}</title>
<link rel="stylesheet" href="/xterm.css"><style>body { margin: 0 } #place { width: 1200px; height: 600px }</style>
<div id="place"></div><script src="/${name}.js"></script>`;

export class Peers {
  private constructor(
    private readonly server: Server,
    /** Where the pages are. */
    readonly url: string,
  ) {}

  /** Bundles the viewers and serves them beside the file `stream`. */
  static async start(stream: string): Promise<Peers> {
    const files = new Map<string, { type: string; body: string }>();
    files.set("/xterm.css", { type: "text/css", body: await readFile(modules.resolve("@xterm/xterm/css/xterm.css"), "utf8") });
    for (const name of SOURCES) {
      files.set(`/${name}.js`, { type: "text/javascript", body: await bundle(name) });
      files.set(`/${name}`, { type: "text/html", body: page(name) });
    }
    const server = createServer((request, response) => {
      const path = new URL(request.url ?? "/", "http://peers").pathname;
      if (path === "/stream") return send(response, stream);
      const file = files.get(path);
      response.writeHead(file ? 200 : 404, { "content-type": file?.type ?? "text/plain" });
      response.end(file?.body);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new Peers(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

function send(response: ServerResponse, stream: string): void {
  response.writeHead(200, { "content-type": "text/plain; charset=utf-8" });
  createReadStream(stream).pipe(response);
}

async function bundle(name: string): Promise<string> {
  const built = await build({
    entryPoints: [`${PAGES}/${name}.ts`],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    define: { "process.env.NODE_ENV": '"production"' },
    loader: { ".css": "empty" },
    logLevel: "error",
  });
  return built.outputFiles[0]?.text ?? "";
}
