// Italian texts of signing in and of the pages' frame for staff.
import type { AccountTexts } from "./account-texts.ts";

export const texts: AccountTexts = {
  title: "Personale",
  home: "Panoramica",
  board: "Ordini",
  stock: "Scorte",
  prices: "Prezzi",
  hours: "Orari",
  figures: "Cifre",
  office: "Sede",
  ops: "Operazioni",
  pages: "Pagine del personale",

  signInTitle: "Accesso del personale",
  signInIntro: "L’accesso avviene su una pagina a parte; poi si torna qui.",
  signIn: "Accedi",
  signingIn: "Accesso in corso…",
  noPool: "L’accesso non è configurato per questo sito.",
  refused: "L’accesso è stato rifiutato. Riprova.",
  stale: "Questo accesso è già stato usato o è iniziato in un’altra scheda. Accedi di nuovo.",
  unreachable:
    "L’accesso non è raggiungibile in questo momento. Chi è già dentro può continuare a lavorare.",
  signInNoNetwork:
    "Questo dispositivo è senza rete, e per accedere serve. Potrai accedere qui appena la rete torna.",
  signInNoAnswer:
    "Il servizio non risponde in questo momento. Potrai accedere qui appena risponde.",
  ended: "La sessione è terminata. Accedi di nuovo.",
  accountsHint: "In un cloud locale, questo comando elenca chi può accedere, e la password:",
  development: "Con un token del cloud locale",
  token: "Token del personale",
  tokenHint: "Questo comando ne stampa uno:",
  useToken: "Usa il token",

  unreached:
    "Nessuna connessione al servizio in questo momento. Questa pagina prosegue da sola appena risponde.",
  noNetwork:
    "Questo dispositivo è senza rete in questo momento. Questa pagina prosegue da sola appena la rete torna.",
  forbidden:
    "Il tuo account non ha un ruolo che lo permetta qui. Il responsabile o la sede può dartene uno.",
  yourRoles: "I tuoi ruoli",
  noRoles: "Non hai ancora un ruolo. Il responsabile o la sede può dartene uno.",
  wholeChain: "tutta la catena",
  roles: {
    TILL: "Cassa",
    MANAGER: "Responsabile",
    EDITOR: "Redazione",
    ADMIN: "Amministrazione",
    OPERATOR: "Operazioni",
  },
  yourStores: "I tuoi negozi",
  anotherStore: "Apri un altro negozio",
  storeNumber: "Numero del negozio",
  open: "Apri",

  signOut: "Esci",
  leave: "Qualcosa in questa pagina non è ancora salvato e andrebbe perso. Lasciarla?",
  stepsWait: (n) =>
    `Passi del tabellone non ancora inviati: ${n}. Restano su questo dispositivo finché non accedi di nuovo; nessun altro li invia. Uscire?`,
  signOutEverywhere: "Esci ovunque",
  everywhereHint:
    "Gli altri browser non ottengono una nuova sessione. Ciò che è aperto lì termina entro un’ora.",
  everywhereFailed:
    "L’accesso non è raggiungibile in questo momento: nulla è cambiato. Riprova più tardi.",
};
