// Italian texts of the head office.
import type { OfficeTexts } from "./office-texts.ts";

export const texts: OfficeTexts = {
  title: "Sede",
  parts: "Parti della sede",
  catalog: "Catalogo",
  stock: "Scorte",
  people: "Persone",
  conflicts: "Conflitti",
  loading: "Caricamento…",
  showMore: "Mostra altro",

  person: "Persona",
  personHint: "L’identificativo di accesso della persona (sub).",
  role: "Ruolo",
  store: "Negozio",
  market: "Paese",
  grant: "Assegna il ruolo",
  granted: "Il ruolo è assegnato. Vale ovunque entro mezzo minuto.",
  revoked: "È revocato. Vale ovunque entro mezzo minuto.",
  saving: "Salvataggio…",
  again: "Nuovo invio…",
  refused: "È stato rifiutato. Controlla persona, ruolo e luogo.",
  failed: "Non è stato possibile salvare. Riprova.",
  forbidden: "I tuoi ruoli non lo permettono.",
  changedMeanwhile: (who, when) =>
    `Non è stato cambiato nulla: ${who} lo ha modificato il ${when}. Guardalo e decidi di nuovo.`,
  somebody: "Qualcuno",
  nobody: "Qui non è stato ancora cambiato alcun ruolo. I ruoli dell’accesso stesso non compaiono.",
  take: (role) => `Revoca: ${role}`,
  takeAll: "Revoca tutto",
  takeOneSure: (role, person) => `Togliere ${role} a ${person}?`,
  takeSure: "Revocare tutti i ruoli, anche quelli dell’accesso?",
  yes: "Sì, revoca",
  no: "Mantieni",
  allRevoked: (when) => `Tutto è stato revocato il ${when}.`,
  since: (when) => `dal ${when}`,
  taken: (when) => `revocato il ${when}`,

  actions: "Che cosa ha fatto questa persona",
  ownActions: "Che cosa hai fatto di recente",
  noActions: "Nulla nell’ultimo anno. Le vendite non compaiono.",
  more: (n) => `e altri ${n}`,

  conflictsHint:
    "Due persone hanno cambiato la stessa cosa nello stesso momento. Vale la modifica successiva.",
  noConflicts: "Nessun conflitto.",
  holds: "Vale",
  lost: "Perso",
  conflictBy: (who, region, when) => `${who}, ${region}, ${when}`,
  settle: "Usa il valore perso",
  settled: "Il valore è impostato di nuovo. Ora vale.",
};
