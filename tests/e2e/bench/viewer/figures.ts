// Samples of the viewers to medians, ratios and a table.

import { median } from "../table.ts";

/** One showing of the stream by one viewer. */
export interface Sample {
  /** Milliseconds from the last byte to the frame with the last line. */
  after: number;
  /** Milliseconds from the first byte to that frame. */
  whole: number;
  /** Durations of tasks over 50 ms, in milliseconds. */
  tasks: number[];
  /** The renderer's peak, in MB. */
  peak: number;
  /** It was not done when the bench stopped waiting: the times are how long that was. */
  gaveUp?: boolean;
}

export type Samples = Map<string, Sample[]>;

/** The median of a figure of an arm. */
export function middle(samples: Samples, arm: string, of: (sample: Sample) => number): number {
  return median((samples.get(arm) ?? []).map(of));
}

/** How many times as much an arm needs as another. */
export function ratio(samples: Samples, arm: string, to: string, of: (sample: Sample) => number): number {
  return middle(samples, arm, of) / middle(samples, to, of);
}

/** A row an arm: medians, and what share that is of `of`'s. */
export function table(samples: Samples, of: string): string {
  const head = ["", "last byte to paint", "", "all", "", "peak MB", "", "tasks > 50 ms", "longest"];
  const rows = [...samples.keys()].map((arm) => {
    const more = samples.get(arm)?.some((it) => it.gaveUp) ? ">" : "";
    const cell = (figure: (sample: Sample) => number, unit: string) => [
      `${unit === "ms" ? more : ""}${Math.round(middle(samples, arm, figure))} ${unit}`,
      `${ratio(samples, arm, of, figure).toFixed(3)}×`,
    ];
    const longest = (sample: Sample) => Math.max(0, ...sample.tasks);
    const tasks = [middle(samples, arm, (it) => it.tasks.length), middle(samples, arm, longest)].map((it) => `${Math.round(it)}`);
    return [arm, ...cell((it) => it.after, "ms"), ...cell((it) => it.whole, "ms"), ...cell((it) => it.peak, "MB"), ...tasks];
  });
  const line = ([name = "", ...cells]: string[]) => name.padEnd(24) + cells.map((cell, at) => cell.padStart(at === 0 ? 20 : at > 5 ? 15 : 11)).join("");
  return `${samples.get(of)?.length} times each, medians, shares of ${of}; ">": stopped waiting\n${[head, ...rows].map(line).join("\n")}`;
}
