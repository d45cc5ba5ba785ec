// German texts of prices and listing.
import type { PriceTexts } from "./price-texts.ts";

export const texts: PriceTexts = {
  title: "Preise",
  search: "Artikel suchen",
  percent: "Änderung in Prozent",
  fill: (n) => `Für die ${n} gezeigten Artikel eintragen`,
  item: "Artikel",
  now: "Jetzt",
  price: "Neuer Preis",
  listed: "Im Angebot",
  notListed: "nicht im Angebot",
  priceOf: (item) => `Neuer Preis: ${item}`,
  listedOf: (item) => `${item} ist im Angebot`,
  wrongPercent: (most: string) => `Eine Zahl von -${most} bis ${most} eingeben, etwa 5 oder -2,5.`,
  wrongPrice: (example: string) =>
    `Das ist kein Preis. Schreiben Sie ihn mit den Ziffern 0 bis 9, vor Nachkommastellen ein Punkt oder Komma: ${example}.`,
  add: "Artikel aus dem Katalog hinzufügen",
  find: "Suchen",
  noneFound: "Der Katalog hat sonst nichts dieses Namens.",
  loading: "Wird geladen …",
  showMore: "Mehr anzeigen",
  addThis: "Hinzufügen",
  preview: (n) => `Änderungen: ${n}`,
  noChanges: "Noch ist nichts geändert.",
  willBeListed: "kommt ins Angebot",
  willBeTaken: "wird aus dem Angebot genommen",
  tooMany: (n) =>
    `Die ersten ${n} werden gesendet, die anderen bleiben für das nächste Mal stehen.`,
  apply: "Änderungen übernehmen",
  saving: "Wird gespeichert …",
  again: "Wird noch einmal gesendet …",
  discard: "Verwerfen",
  done: "Die Änderungen gelten.",
  refused:
    "Das konnte nicht gespeichert werden. Prüfen Sie die Preise und versuchen Sie es noch einmal.",
};
