// Dutch texts of a store's order board.
import type { BoardTexts } from "./board-texts.ts";

export const texts: BoardTexts = {
  title: "Bestellingen",

  waiting: "Nieuw",
  making: "In de maak",
  ready: "Klaar",
  done: "Afgerond",
  nothing: "Geen bestellingen",
  loading: "Bestellingen worden gelezen…",
  nothingKept:
    "Dit apparaat heeft geen netwerk en heeft geen bestellingen van deze winkel bewaard. Ze verschijnen vanzelf zodra er netwerk is.",
  nothingAnswered:
    "De dienst antwoordt niet goed en dit apparaat heeft geen bestellingen van deze winkel bewaard. Ze verschijnen vanzelf zodra die antwoordt.",
  nothingToday: "Geen bestellingen voor vandaag. Andere dagen worden gelezen…",
  accept: "Aannemen",
  approve: "Goedkeuren en aannemen",
  reject: "Weigeren",
  markReady: "Klaar",
  collected: "Afgehaald",
  print: "Afdrukken",
  large: "Grote bestelling",
  pickupAt: (time) => `Afhalen ${time}`,
  answerBy: (time) => `Antwoord uiterlijk ${time}`,
  payment: {
    UNPAID: (t) => `Niet betaald, afrekenen: ${t}`,
    AT_STORE: (t) => `Te betalen: ${t}`,
    PENDING: (t) => `Kaart nog niet bevestigd: ${t}`,
    AUTHORIZED: (t) => `Gereserveerd op de kaart: ${t}`,
    DECLINED: (t) => `Kaart geweigerd: ${t}`,
    CHARGED: (t) => `Betaald: ${t}`,
    PARTLY_REFUNDED: (t) => `Betaald, deels terugbetaald: ${t}`,
    REFUNDED: (t) => `Terugbetaald: ${t}`,
    RELEASED: (t) => `Niet afgeschreven: ${t}`,
  },
  unsent: "Nog niet verzonden",

  why: "Waarom kan het niet? De gast leest dit.",
  reasons: ["Er is iets uitverkocht.", "Het is nu te druk.", "We sluiten eerder."],
  rejectSend: "Bestelling weigeren",
  back: "Terug",

  soundOn: "Geluid staat aan",
  soundOff: "Geluid staat uit",
  soundBlocked: "Geluid begint bij de volgende aanraking",
  live: "Live",
  notConnected: "Niet verbonden",
  offline: (time) =>
    `De dienst antwoordt niet goed sinds ${time}. Ga door: wat je indrukt, wordt daarna verzonden.`,
  noNetwork: (time) =>
    `Dit apparaat heeft sinds ${time} geen netwerk. Ga door: wat je indrukt, wordt verzonden zodra het er weer is.`,
  blocked: (status) =>
    `Iets tussen dit apparaat en de dienst weigert de verzoeken (${status}), zoals een firewall of een netwerk dat om aanmelden vraagt.`,
  keptOrders: (time: string, ago: string) =>
    `Stand van de bestellingen: ${time} (${ago}). Namen en telefoonnummers van gasten blijven niet op dit apparaat.`,
  waitingToSend: (n) => (n === 1 ? "1 stap nog niet verzonden" : `${n} stappen nog niet verzonden`),
  refused: "Stappen die niet mogelijk waren",
  changed: "Terwijl er geen verbinding was",
  isNew: (code) => `${code} is nieuw`,
  isNow: (code, state) => `${code}: ${state}`,
  notPossible: (code, step, state) =>
    `${code}: „${step}”${state && `. De bestelling is nu: ${state}.`}`,
  seen: "Gezien",
  status: {
    PLACED: "wacht",
    AUTHORIZED: "wacht",
    DECLINED: "kaart geweigerd",
    ACCEPTED: "in de maak",
    READY: "klaar",
    COLLECTED: "afgehaald",
    CANCELLED: "door de gast geannuleerd",
    REJECTED: "geweigerd",
    EXPIRED: "zonder antwoord verlopen",
    REFUNDED: "terugbetaald",
  },
};
