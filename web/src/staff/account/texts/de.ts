// German texts of signing in and of the pages' frame for staff.
import type { AccountTexts } from "./account-texts.ts";

export const texts: AccountTexts = {
  title: "Personal",
  home: "Übersicht",
  board: "Bestellungen",
  stock: "Bestand",
  prices: "Preise",
  hours: "Öffnungszeiten",
  figures: "Zahlen",
  office: "Zentrale",
  ops: "Betrieb",
  pages: "Seiten für das Personal",

  signInTitle: "Anmeldung für das Personal",
  signInIntro: "Sie melden sich auf einer eigenen Seite an und kommen danach hierher zurück.",
  signIn: "Anmelden",
  signingIn: "Sie werden angemeldet …",
  noPool: "Für diese Seite ist keine Anmeldung eingerichtet.",
  refused: "Die Anmeldung wurde abgelehnt. Bitte versuchen Sie es noch einmal.",
  stale:
    "Diese Anmeldung wurde schon benutzt oder in einem anderen Tab begonnen. Bitte melden Sie sich neu an.",
  unreachable:
    "Die Anmeldung ist gerade nicht erreichbar. Wer schon angemeldet ist, kann weiterarbeiten.",
  signInNoNetwork:
    "Dieses Gerät hat kein Netz, und die Anmeldung braucht eines. Sie können sich hier anmelden, sobald es wieder da ist.",
  signInNoAnswer:
    "Der Dienst antwortet gerade nicht. Sie können sich hier anmelden, sobald er antwortet.",
  ended: "Ihre Sitzung ist beendet. Bitte melden Sie sich neu an.",
  accountsHint:
    "In einer lokalen Cloud zeigt dieser Befehl, wer sich anmelden kann, und das Passwort:",
  development: "Mit einem Token der lokalen Cloud",
  token: "Personal-Token",
  tokenHint: "Dieser Befehl gibt einen aus:",
  useToken: "Token benutzen",

  unreached:
    "Gerade keine Verbindung zum Dienst. Diese Seite macht von selbst weiter, sobald er antwortet.",
  noNetwork:
    "Dieses Gerät hat gerade kein Netz. Diese Seite macht von selbst weiter, sobald es wieder da ist.",
  forbidden:
    "Ihr Konto hat keine Rolle, die das hier erlaubt. Die Filialleitung oder die Zentrale kann Ihnen eine geben.",
  yourRoles: "Ihre Rollen",
  noRoles: "Sie haben noch keine Rolle. Die Filialleitung oder die Zentrale kann Ihnen eine geben.",
  wholeChain: "die ganze Kette",
  roles: {
    TILL: "Kasse",
    MANAGER: "Leitung",
    EDITOR: "Redaktion",
    ADMIN: "Administration",
    OPERATOR: "Betrieb",
  },
  yourStores: "Ihre Filialen",
  anotherStore: "Eine andere Filiale öffnen",
  storeNumber: "Nummer der Filiale",
  open: "Öffnen",

  signOut: "Abmelden",
  leave:
    "Auf dieser Seite ist etwas noch nicht gespeichert und ginge verloren. Trotzdem verlassen?",
  stepsWait: (n) =>
    `Noch nicht gesendete Schritte der Bestelltafel: ${n}. Sie bleiben auf diesem Gerät, bis Sie sich wieder anmelden; niemand sonst sendet sie. Abmelden?`,
  signOutEverywhere: "Überall abmelden",
  everywhereHint:
    "Andere Browser bekommen keine neue Sitzung. Was dort offen ist, endet innerhalb einer Stunde.",
  everywhereFailed:
    "Die Anmeldung ist gerade nicht erreichbar, darum wurde nichts geändert. Bitte später noch einmal versuchen.",
};
