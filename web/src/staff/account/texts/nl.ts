// Dutch texts of signing in and of the pages' frame for staff.
import type { AccountTexts } from "./account-texts.ts";

export const texts: AccountTexts = {
  title: "Personeel",
  home: "Overzicht",
  board: "Bestellingen",
  stock: "Voorraad",
  prices: "Prijzen",
  hours: "Openingstijden",
  figures: "Cijfers",
  office: "Hoofdkantoor",
  ops: "Beheer",
  pages: "Pagina’s voor personeel",

  signInTitle: "Inloggen voor personeel",
  signInIntro: "U logt in op een aparte pagina en komt daarna hier terug.",
  signIn: "Inloggen",
  signingIn: "U wordt ingelogd…",
  noPool: "Inloggen is voor deze site niet ingesteld.",
  refused: "Het inloggen is geweigerd. Probeer het opnieuw.",
  stale: "Deze inlogpoging is al gebruikt of begon in een ander tabblad. Log opnieuw in.",
  unreachable: "Inloggen is nu niet bereikbaar. Wie al is ingelogd, kan doorwerken.",
  signInNoNetwork:
    "Dit apparaat heeft geen netwerk, en dat is nodig om in te loggen. U kunt hier inloggen zodra het er weer is.",
  signInNoAnswer: "De dienst antwoordt nu niet. U kunt hier inloggen zodra die antwoordt.",
  ended: "Uw sessie is beëindigd. Log opnieuw in.",
  accountsHint: "In een lokale cloud toont dit commando wie kan inloggen, en het wachtwoord:",
  development: "Met een token van de lokale cloud",
  token: "Personeelstoken",
  tokenHint: "Dit commando geeft er een:",
  useToken: "Token gebruiken",

  unreached:
    "Op dit moment geen verbinding met de dienst. Deze pagina gaat vanzelf verder zodra die antwoordt.",
  noNetwork:
    "Dit apparaat heeft nu geen netwerk. Deze pagina gaat vanzelf verder zodra het er weer is.",
  forbidden:
    "Uw account heeft geen rol die dit hier toestaat. Uw manager of het hoofdkantoor kan u er een geven.",
  yourRoles: "Uw rollen",
  noRoles: "U hebt nog geen rol. Uw manager of het hoofdkantoor kan u er een geven.",
  wholeChain: "de hele keten",
  roles: {
    TILL: "Kassa",
    MANAGER: "Manager",
    EDITOR: "Redactie",
    ADMIN: "Beheerder",
    OPERATOR: "Operator",
  },
  yourStores: "Uw winkels",
  anotherStore: "Een andere winkel openen",
  storeNumber: "Nummer van de winkel",
  open: "Openen",

  signOut: "Uitloggen",
  leave: "Iets op deze pagina is nog niet opgeslagen en gaat verloren. Toch verlaten?",
  stepsWait: (n) =>
    `Stappen van het bord die nog niet verzonden zijn: ${n}. Ze blijven op dit apparaat tot u weer aanmeldt; niemand anders verzendt ze. Afmelden?`,
  signOutEverywhere: "Overal uitloggen",
  everywhereHint:
    "Andere browsers krijgen geen nieuwe sessie. Wat daar open staat, eindigt binnen een uur.",
  everywhereFailed:
    "Inloggen is nu niet bereikbaar, dus er is niets veranderd. Probeer het later opnieuw.",
};
