// German texts of opening hours and closures.
import type { HoursTexts } from "./hours-texts.ts";

export const texts: HoursTexts = {
  title: "Öffnungszeiten",
  zone: (zone) => `Alle Zeiten und Tage sind die der Filiale: ${zone}.`,
  week: "Die Woche",
  closed: "Geschlossen",
  open: "Geöffnet",
  allDay: "24 Stunden",
  opens: "Öffnet",
  closes: "Schließt",
  spanOf: (day, n) => `${day}, Zeit ${n}`,
  nextDay: "am nächsten Tag",
  addSpan: "Zeit hinzufügen",
  removeSpan: "Entfernen",
  copy: "Auf andere Tage kopieren",
  copyTo: (day) => `Zeiten kopieren: ${day} auf`,
  copyNow: "Kopieren",
  wrong: {
    missing: "Beide Zeiten eingeben.",
    empty: "Öffnung und Schließung sind zur selben Zeit. Für den ganzen Tag „24 Stunden“ wählen.",
    overlap: "Diese Zeiten überschneiden sich.",
  },

  preview: (n) => `Geänderte Tage: ${n}`,
  noChanges: "Noch ist nichts geändert.",
  effect:
    "Gäste sehen die neuen Zeiten sofort und wählen danach ihre Abholzeit. Schon aufgegebene Bestellungen behalten ihre Abholzeit.",
  neverOpen:
    "Die Filiale würde an keinem Tag der Woche öffnen. Um sie eine Zeit lang zu schließen, unten einzelne Tage schließen.",
  mend: "Zuerst die markierten Tage berichtigen.",
  apply: "Zeiten übernehmen",
  saving: "Wird gespeichert …",
  again: "Wird noch einmal gesendet …",
  discard: "Verwerfen",
  done: "Die neuen Zeiten gelten.",
  refused:
    "Das konnte nicht gespeichert werden. Prüfen Sie die Zeiten und versuchen Sie es noch einmal.",
  changedBy: (who, when) =>
    `${who} hat die Zeiten am ${when} geändert, während Sie daran gearbeitet haben. Von Ihnen wurde noch nichts gespeichert.`,
  changed: "Jemand anderes hat die Zeiten geändert, während Sie daran gearbeitet haben.",
  theirs: "Die Zeiten sind jetzt:",
  keepMine: "Mit meinen weitermachen",
  takeTheirs: "Diese Zeiten nehmen",
  you: "Sie",
  aFile: "eine Datei",

  closedDays: "Schließtage",
  closedDaysHint:
    "An einem Schließtag öffnet die Filiale nicht, was immer ihre Zeiten sagen, und niemand kann dafür bestellen. Eine Nacht, die am Tag davor begann, geht bis zu ihrem Ende.",
  noClosedDays: "Kein Tag ist geschlossen.",
  openAgain: "Wieder öffnen",
  firstDay: "Tag",
  lastDay: "Letzter Tag, wenn es mehrere sind",
  close: "Schließen",
  willClose: (days, n) => `${days}, Schließtage: ${n}`,
  wrongDays: (first, last, most) =>
    `Tage von ${first} bis ${last} wählen, höchstens ${most} auf einmal.`,
  lastBeforeFirst: "Der letzte Tag liegt vor dem ersten. Ändern Sie einen von beiden.",
  alreadyClosed: "Das ist schon geschlossen.",
  daysDone: "Gespeichert. Gäste sehen es sofort.",
  daysRefused:
    "Das konnte nicht gespeichert werden. Prüfen Sie die Tage und versuchen Sie es noch einmal.",

  forGood: "Endgültig schließen",
  forGoodHint:
    "Von diesem Tag an nimmt die Filiale keine Bestellungen an. Ihre Karte kann noch gelesen werden.",
  fromDay: "Erster Tag",
  notForGood: "Die Filiale ist nicht endgültig geschlossen.",
  closeForGood: "Endgültig schließen",
  closeForGoodSure: (day) => `Die Filiale ab ${day} endgültig schließen?`,
  reopen: "Filiale wieder öffnen",
  reopenSure: "Die Filiale nach ihren Zeiten wieder öffnen?",
  askOffice: "Nur die Zentrale kann sie wieder öffnen.",
  isShown: "Listen und Suche zeigen die Filiale.",
  isHidden: "Listen und Suche lassen die Filiale aus.",
  hide: "Filiale verbergen",
  hideSure: "Die Filiale aus Listen und Suche nehmen?",
  show: "Filiale wieder zeigen",
  showSure: "Die Filiale wieder in Listen und Suche zeigen?",
  yes: "Ja",
  no: "Nein",
};
