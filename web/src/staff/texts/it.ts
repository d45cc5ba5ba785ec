// Italian texts of a store's order board.
import type { BoardTexts } from "./board-texts.ts";

export const texts: BoardTexts = {
  title: "Ordini",

  waiting: "Nuovi",
  making: "In preparazione",
  ready: "Pronti",
  done: "Conclusi",
  nothing: "Nessun ordine",
  loading: "Lettura degli ordini…",
  nothingKept:
    "Questo dispositivo è senza rete e non ha conservato ordini di questo negozio. Appariranno da soli appena c’è rete.",
  nothingAnswered:
    "Il servizio non risponde bene e questo dispositivo non ha conservato ordini di questo negozio. Appariranno da soli appena risponde.",
  nothingToday: "Nessun ordine per oggi. Lettura degli altri giorni…",
  accept: "Accetta",
  approve: "Approva e accetta",
  reject: "Rifiuta",
  markReady: "Pronto",
  collected: "Ritirato",
  print: "Stampa",
  large: "Ordine grande",
  pickupAt: (time) => `Ritiro ${time}`,
  answerBy: (time) => `Rispondere al più tardi: ${time}`,
  payment: {
    UNPAID: (t) => `Non pagato, da incassare: ${t}`,
    AT_STORE: (t) => `Da pagare: ${t}`,
    PENDING: (t) => `Carta non ancora confermata: ${t}`,
    AUTHORIZED: (t) => `Bloccato sulla carta: ${t}`,
    DECLINED: (t) => `Carta rifiutata: ${t}`,
    CHARGED: (t) => `Pagato: ${t}`,
    PARTLY_REFUNDED: (t) => `Pagato, rimborsato in parte: ${t}`,
    REFUNDED: (t) => `Rimborsato: ${t}`,
    RELEASED: (t) => `Non addebitato: ${t}`,
  },
  unsent: "Non ancora inviato",

  why: "Perché non si può fare? Il cliente lo leggerà.",
  reasons: ["Qualcosa è esaurito.", "Adesso c’è troppo da fare.", "Chiudiamo prima."],
  rejectSend: "Rifiuta l’ordine",
  back: "Indietro",

  soundOn: "Il suono è attivo",
  soundOff: "Il suono è spento",
  soundBlocked: "Il suono parte al prossimo tocco",
  live: "In diretta",
  notConnected: "Non connesso",
  offline: (time) =>
    `Il servizio non risponde bene dalle ${time}. Continua: ciò che premi parte quando torna.`,
  noNetwork: (time) =>
    `Questo dispositivo è senza rete dalle ${time}. Continua: ciò che premi parte quando la rete torna.`,
  blocked: (status) =>
    `Qualcosa tra questo dispositivo e il servizio rifiuta le richieste (${status}), come un firewall o una rete che chiede di accedere.`,
  keptOrders: (time: string, ago: string) =>
    `Stato degli ordini: ${time} (${ago}). Nomi e numeri di telefono dei clienti non restano su questo dispositivo.`,
  waitingToSend: (n) => (n === 1 ? "1 passo non ancora inviato" : `${n} passi non ancora inviati`),
  refused: "Passi che non erano possibili",
  changed: "Mentre mancava la connessione",
  isNew: (code) => `${code} è nuovo`,
  isNow: (code, state) => `${code}: ${state}`,
  notPossible: (code, step, state) =>
    `${code}: «${step}»${state && `. Stato attuale dell’ordine: ${state}.`}`,
  seen: "Visto",
  status: {
    PLACED: "in attesa",
    AUTHORIZED: "in attesa",
    DECLINED: "carta rifiutata",
    ACCEPTED: "in preparazione",
    READY: "pronto",
    COLLECTED: "ritirato",
    CANCELLED: "annullato dal cliente",
    REJECTED: "rifiutato",
    EXPIRED: "scaduto senza risposta",
    REFUNDED: "rimborsato",
  },
};
