// What a person could do with curl: requests past the app, with the session of a page.

import type { APIResponse, Page } from "@playwright/test";

/** The parts of the wire types that tests look at. */
export interface RunSummary {
  id: string;
  state: string;
  runbook: string;
  action: string;
  target: string;
  reason: string | null;
  ticket: string | null;
  /** The request that it was asked for with, where that had several runs. */
  batch?: { id: string; nth: number; of: number };
}

export interface LogWindow {
  head: { lines: number; bytes: number; finished: boolean };
  first: number;
  lines: { text: string; offset: number; bytes: number; stream: string }[];
}

/** Requests with the cookies of `page`, sent as the app sends them. */
export class Api {
  constructor(
    private readonly page: Page,
    private readonly origin: string,
  ) {}

  get(path: string): Promise<APIResponse> {
    return this.page.request.get(`${this.origin}/api/v1${path}`);
  }

  post(path: string, body: unknown): Promise<APIResponse> {
    return this.page.request.post(`${this.origin}/api/v1${path}`, { data: body, headers: { origin: this.origin } });
  }

  /** All runs, newest first. */
  async runs(): Promise<RunSummary[]> {
    return (await (await this.get("/runs")).json()).runs;
  }

  async run(id: string): Promise<{ summary: RunSummary; digest: string; log: LogWindow["head"] }> {
    return (await this.get(`/runs/${id}`)).json();
  }

  /** Every window of a run's log, fetched one after the other as a reader who scrolls through would. */
  async log(id: string): Promise<LogWindow["lines"]> {
    const lines: LogWindow["lines"] = [];
    for (;;) {
      const window: LogWindow = await (await this.get(`/runs/${id}/log?first=${lines.length}&count=1000`)).json();
      lines.push(...window.lines);
      if (lines.length >= window.head.lines || window.lines.length === 0) return lines;
    }
  }
}
