// Figures of a region for tests of operations.
import type { RegionColumns } from "../../src/staff/ops/history.ts";

/** Columns of which only some have values. */
export const columns = (given: Partial<RegionColumns>): RegionColumns => ({
  requests: [],
  failed: [],
  answers: [],
  hits: [],
  p50: [],
  p95: [],
  p99: [],
  state: [],
  lag: [],
  repairs: [],
  orders: [],
  ...given,
});
