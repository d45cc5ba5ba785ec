// Italian texts of what is thrown away.
import type { WasteTexts } from "./waste-texts.ts";

export const texts: WasteTexts = {
  throwAway: "Butta",
  piecesOf: (item) => `Pezzi buttati: ${item}`,
  why: "Perché?",
  reasons: {
    EXPIRED: "Scaduto",
    DAMAGED: "Danneggiato",
    MISTAKE: "Fatto per errore",
    OTHER: "Altro",
  },
  when: "Quando?",
  today: "Oggi",
  yesterday: "Ieri",
  record: "Registra",
  wrongPieces: (most) => `Scrivi un numero intero da 1 a ${most}, solo con le cifre 0–9.`,
  noReason: "Scegli un motivo.",
  moreThanLeft: (left, pieces) => `Ne restano solo ${left}. Premi ancora per registrare ${pieces}.`,
  recorded: (pieces, item) => `Registrato come buttato: ${pieces} × ${item}.`,
  takeBack: "Annulla la registrazione",
  takenBack: (pieces, item) =>
    `Annullato: ${pieces} × ${item}. Le cifre non lo contano più. La scorta resta com’è: contala, per favore.`,
  notTakenBack: "Non è stato possibile annullare. Riprova.",
  list: "Tutto ciò che è registrato come buttato",
  lineOf: (pieces, item) => `${pieces} × ${item}`,
  backSure: (what) => `Annullare la registrazione di ${what}? Le cifre non ne terranno più conto.`,
  backYes: "Sì, annulla la registrazione",
  backNo: "No",
  isBack: "annullato",
  moreThanListed:
    "Di questo giorno ci sono più registrazioni di quante se ne possano elencare qui.",

  waste: "Sprechi",
  about:
    "Ciò che il personale ha registrato come buttato, al prezzo del menu di quel momento. Le registrazioni restano 400 giorni.",
  none: "Nulla è stato registrato come buttato.",
  value: "Valore",
  pieces: "Pezzi",
  piecesText: (n) => `Pezzi: ${n}`,
  byDay: "Sprechi per giorno",
  byItem: "Sprechi per articolo",
  incomplete: (days) =>
    `Incompleto: ${days}. Ci sono più registrazioni di quante se ne leggano in una volta, o prezzi in un’altra valuta.`,
  chosen: "Sprechi dei negozi scelti",
  csvDays: "CSV degli sprechi per giorno",
  csvItems: "CSV degli sprechi per articolo",
  csvStores: "CSV degli sprechi",
};
