// German texts of what is thrown away.
import type { WasteTexts } from "./waste-texts.ts";

export const texts: WasteTexts = {
  throwAway: "Wegwerfen",
  piecesOf: (item) => `Weggeworfene Stücke: ${item}`,
  why: "Warum?",
  reasons: { EXPIRED: "Zu alt", DAMAGED: "Beschädigt", MISTAKE: "Versehen", OTHER: "Anderes" },
  when: "Wann?",
  today: "Heute",
  yesterday: "Gestern",
  record: "Erfassen",
  wrongPieces: (most) =>
    `Schreiben Sie eine ganze Zahl von 1 bis ${most}, nur mit den Ziffern 0–9.`,
  noReason: "Wählen Sie einen Grund.",
  moreThanLeft: (left, pieces) =>
    `Übrig sind nur ${left}. Drücken Sie noch einmal, um ${pieces} aufzuschreiben.`,
  recorded: (pieces, item) => `Als weggeworfen erfasst: ${pieces} × ${item}.`,
  takeBack: "Zurücknehmen",
  takenBack: (pieces, item) =>
    `Zurückgenommen: ${pieces} × ${item}. In den Zahlen fehlt es. Der Bestand bleibt, wie er ist: Bitte zählen Sie nach.`,
  notTakenBack: "Das ließ sich nicht zurücknehmen. Bitte versuchen Sie es noch einmal.",
  list: "Alles, was als weggeworfen erfasst ist",
  lineOf: (pieces, item) => `${pieces} × ${item}`,
  backSure: (what) => `${what} zurücknehmen? In den Zahlen fehlt es dann.`,
  backYes: "Ja, zurücknehmen",
  backNo: "Nein",
  isBack: "zurückgenommen",
  moreThanListed: "Von diesem Tag gibt es mehr Einträge, als hier stehen können.",

  waste: "Abfall",
  about:
    "Was das Personal als weggeworfen erfasst hat, mit dem damaligen Preis der Karte. Die Angaben werden 400 Tage aufbewahrt.",
  none: "Es wurde nichts als weggeworfen erfasst.",
  value: "Wert",
  pieces: "Stück",
  piecesText: (n) => `Stück: ${n}`,
  byDay: "Abfall nach Tagen",
  byItem: "Abfall nach Artikeln",
  incomplete: (days) =>
    `Nicht vollständig: ${days}. Es gibt mehr Angaben, als auf einmal gelesen werden, oder Preise in einer anderen Währung.`,
  chosen: "Abfall gewählter Filialen",
  csvDays: "CSV des Abfalls nach Tagen",
  csvItems: "CSV des Abfalls nach Artikeln",
  csvStores: "CSV des Abfalls",
};
