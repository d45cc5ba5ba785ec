// English texts of what is thrown away.
import type { WasteReason } from "../../../generated/waste.ts";

export const en = {
  throwAway: "Throw away",
  piecesOf: (item: string) => `Pieces of ${item} that were thrown away`,
  why: "Why?",
  reasons: {
    EXPIRED: "Too old",
    DAMAGED: "Damaged",
    MISTAKE: "Made by mistake",
    OTHER: "Other",
  } satisfies Record<WasteReason, string>,
  when: "When?",
  today: "Today",
  yesterday: "Yesterday",
  record: "Record",
  wrongPieces: (most: string) =>
    `Write a whole number from 1 to ${most}, with the digits 0–9 only.`,
  noReason: "Choose why.",
  moreThanLeft: (left: string, pieces: string) =>
    `Only ${left} are left. Press again to record ${pieces}.`,
  recorded: (pieces: string, item: string) => `Recorded as thrown away: ${pieces} × ${item}.`,
  takeBack: "Take back",
  takenBack: (pieces: string, item: string) =>
    `Taken back: ${pieces} × ${item}. The figures leave it out. What is left stays as it is: please count it.`,
  notTakenBack: "It could not be taken back. Please try again.",
  list: "Everything recorded as thrown away",
  lineOf: (pieces: string, item: string) => `${pieces} × ${item}`,
  backSure: (what: string) => `Take ${what} back? The figures leave it out then.`,
  backYes: "Yes, take it back",
  backNo: "No",
  isBack: "taken back",
  moreThanListed: "There are more records of this day than can be listed here.",

  waste: "Waste",
  about:
    "What staff recorded as thrown away, with the price of the menu at that time. Records are kept for 400 days.",
  none: "Nothing was recorded as thrown away.",
  value: "Value",
  pieces: "Pieces",
  piecesText: (n: string) => `Pieces: ${n}`,
  byDay: "Waste by day",
  byItem: "Waste by item",
  incomplete: (days: string) =>
    `Not complete: ${days}. There are more records than can be read at once, or prices in another currency.`,
  chosen: "Waste of chosen stores",
  csvDays: "CSV of waste by day",
  csvItems: "CSV of waste by item",
  csvStores: "CSV of waste",
};
