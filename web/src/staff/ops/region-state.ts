// The state of a region as the page names and colours it.
import type { EdgeRegion } from "./edge-status.ts";
import type { State } from "./history.ts";

export const stateOf = ({ drained, healthy }: EdgeRegion): State =>
  drained ? "drained" : healthy ? "healthy" : "unhealthy";
