// Dutch texts of what is thrown away.
import type { WasteTexts } from "./waste-texts.ts";

export const texts: WasteTexts = {
  throwAway: "Weggooien",
  piecesOf: (item) => `Weggegooide stuks: ${item}`,
  why: "Waarom?",
  reasons: {
    EXPIRED: "Te oud",
    DAMAGED: "Beschadigd",
    MISTAKE: "Per ongeluk gemaakt",
    OTHER: "Anders",
  },
  when: "Wanneer?",
  today: "Vandaag",
  yesterday: "Gisteren",
  record: "Vastleggen",
  wrongPieces: (most) => `Schrijf een geheel getal van 1 tot ${most}, alleen met de cijfers 0–9.`,
  noReason: "Kies een reden.",
  moreThanLeft: (left, pieces) =>
    `Er zijn er nog maar ${left}. Druk nog eens om ${pieces} vast te leggen.`,
  recorded: (pieces, item) => `Vastgelegd als weggegooid: ${pieces} × ${item}.`,
  takeBack: "Terugdraaien",
  takenBack: (pieces, item) =>
    `Teruggedraaid: ${pieces} × ${item}. De cijfers tellen het niet meer mee. De voorraad blijft zoals hij is: tel hem na.`,
  notTakenBack: "Terugdraaien is niet gelukt. Probeer het opnieuw.",
  list: "Alles wat als weggegooid is vastgelegd",
  lineOf: (pieces, item) => `${pieces} × ${item}`,
  backSure: (what) => `${what} terugdraaien? De cijfers laten het dan weg.`,
  backYes: "Ja, terugdraaien",
  backNo: "Nee",
  isBack: "teruggedraaid",
  moreThanListed: "Van deze dag zijn er meer vermeldingen dan hier kunnen staan.",

  waste: "Verspilling",
  about:
    "Wat het personeel als weggegooid heeft vastgelegd, tegen de prijs van het menu op dat moment. Dit wordt 400 dagen bewaard.",
  none: "Er is niets als weggegooid vastgelegd.",
  value: "Waarde",
  pieces: "Stuks",
  piecesText: (n) => `Stuks: ${n}`,
  byDay: "Verspilling per dag",
  byItem: "Verspilling per artikel",
  incomplete: (days) =>
    `Niet volledig: ${days}. Er is meer vastgelegd dan in één keer gelezen wordt, of er zijn prijzen in een andere valuta.`,
  chosen: "Verspilling van gekozen winkels",
  csvDays: "CSV van verspilling per dag",
  csvItems: "CSV van verspilling per artikel",
  csvStores: "CSV van verspilling",
};
