// The state of a region as the page names and colours it.
import type { EdgeRegion } from "./edge-status.ts";
import type { State } from "./history.ts";

/** Whether no other region is left that is healthy and takes requests. */
export const isLast = (name: string, regions: Readonly<Record<string, EdgeRegion>>): boolean =>
  Object.entries(regions).every(
    ([other, { healthy, drained, drain_flag }]) =>
      other === name || !healthy || drained || drain_flag,
  );

export const stateOf = ({ drained, healthy }: EdgeRegion): State =>
  drained ? "drained" : healthy ? "healthy" : "unhealthy";
