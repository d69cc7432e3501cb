// Samples to medians, ratios and a table.

import type { Sample } from "./measure.ts";

export type Samples = Map<string, Sample[]>;

export function median(numbers: number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** The median of one figure of an arm, in milliseconds. */
export function figure(samples: Samples, arm: string, of: "script" | "painted" | "page"): number {
  return median((samples.get(arm) ?? []).map((sample) => sample[of] ?? Number.NaN));
}

/** A row an arm: script, painted, and how many times the app's own time that is. */
export function table(title: string, samples: Samples, own: string): string {
  const rows = [...samples.keys()].map((arm) => {
    const [script, painted] = [figure(samples, arm, "script"), figure(samples, arm, "painted")];
    const ratio = (of: "script" | "painted", value: number) => `${(value / figure(samples, own, of)).toFixed(2)}×`;
    return [arm, script.toFixed(1), ratio("script", script), painted.toFixed(1), ratio("painted", painted)];
  });
  const lines = [["", "script ms", "", "painted ms", ""], ...rows].map(([name = "", ...cells]) => name.padEnd(16) + cells.map((cell) => cell.padStart(11)).join(""));
  return `${title} (${samples.get(own)?.length} times each, medians)\n${lines.join("\n")}`;
}
