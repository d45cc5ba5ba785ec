// German texts of a store's order board.
import type { BoardTexts } from "./board-texts.ts";

export const texts: BoardTexts = {
  title: "Bestellungen",

  waiting: "Neu",
  making: "In Arbeit",
  ready: "Fertig",
  done: "Erledigt",
  nothing: "Keine Bestellungen",
  loading: "Die Bestellungen werden gelesen…",
  nothingKept:
    "Dieses Gerät hat kein Netz und hat keine Bestellungen dieser Filiale behalten. Sie erscheinen von selbst, sobald das Netz da ist.",
  nothingAnswered:
    "Der Dienst antwortet nicht richtig, und dieses Gerät hat keine Bestellungen dieser Filiale behalten. Sie erscheinen von selbst, sobald er antwortet.",
  nothingToday: "Keine Bestellungen für heute. Andere Tage werden gelesen…",
  accept: "Annehmen",
  approve: "Freigeben und annehmen",
  reject: "Ablehnen",
  markReady: "Fertig",
  collected: "Abgeholt",
  print: "Drucken",
  large: "Große Bestellung",
  pickupAt: (time) => `Abholung ${time}`,
  answerBy: (time) => `Antwort bis ${time}`,
  payment: {
    UNPAID: (t) => `Nicht bezahlt, bitte kassieren: ${t}`,
    AT_STORE: (t) => `Zu bezahlen: ${t}`,
    PENDING: (t) => `Karte noch nicht bestätigt: ${t}`,
    AUTHORIZED: (t) => `Auf der Karte reserviert: ${t}`,
    DECLINED: (t) => `Karte abgelehnt: ${t}`,
    CHARGED: (t) => `Bezahlt: ${t}`,
    PARTLY_REFUNDED: (t) => `Bezahlt, teils erstattet: ${t}`,
    REFUNDED: (t) => `Erstattet: ${t}`,
    RELEASED: (t) => `Nicht abgebucht: ${t}`,
  },
  unsent: "Noch nicht gesendet",

  why: "Warum geht es nicht? Der Gast liest das.",
  reasons: ["Etwas ist ausverkauft.", "Gerade ist zu viel zu tun.", "Wir schließen heute früher."],
  rejectSend: "Bestellung ablehnen",
  back: "Zurück",

  soundOn: "Ton ist an",
  soundOff: "Ton ist aus",
  soundBlocked: "Ton beginnt mit der nächsten Berührung",
  live: "Verbunden",
  notConnected: "Nicht verbunden",
  offline: (time) =>
    `Der Dienst antwortet seit ${time} nicht richtig. Arbeiten Sie weiter: Was Sie drücken, wird danach gesendet.`,
  noNetwork: (time) =>
    `Dieses Gerät hat seit ${time} kein Netz. Arbeiten Sie weiter: Was Sie drücken, wird gesendet, sobald es wieder da ist.`,
  blocked: (status) =>
    `Etwas zwischen diesem Gerät und dem Dienst weist die Anfragen ab (${status}), etwa eine Firewall oder ein Netz, das eine Anmeldung verlangt.`,
  keptOrders: (time: string, ago: string) =>
    `Stand der Bestellungen: ${time} (${ago}). Namen und Telefonnummern der Gäste bleiben nicht auf diesem Gerät.`,
  waitingToSend: (n) =>
    n === 1 ? "1 Schritt ist noch nicht gesendet" : `${n} Schritte sind noch nicht gesendet`,
  refused: "Schritte, die nicht möglich waren",
  changed: "Während keine Verbindung bestand",
  isNew: (code) => `${code} ist neu`,
  isNow: (code, state) => `${code}: ${state}`,
  notPossible: (code, step, state) =>
    `${code}: „${step}“${state && `. Die Bestellung ist jetzt: ${state}.`}`,
  seen: "Gesehen",
  status: {
    PLACED: "wartet",
    AUTHORIZED: "wartet",
    DECLINED: "Karte abgelehnt",
    ACCEPTED: "in Arbeit",
    READY: "fertig",
    COLLECTED: "abgeholt",
    CANCELLED: "vom Gast storniert",
    REJECTED: "abgelehnt",
    EXPIRED: "ohne Antwort verfallen",
    REFUNDED: "erstattet",
  },
};
