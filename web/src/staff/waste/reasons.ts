// Why something was thrown away, in the order in which the reasons are shown.
import type { WasteReason } from "../../generated/waste.ts";

export const REASONS = [
  "EXPIRED",
  "DAMAGED",
  "MISTAKE",
  "OTHER",
] as const satisfies readonly WasteReason[];
