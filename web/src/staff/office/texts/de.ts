// German texts of the head office.
import type { OfficeTexts } from "./office-texts.ts";

export const texts: OfficeTexts = {
  title: "Zentrale",
  parts: "Teile der Zentrale",
  catalog: "Katalog",
  stock: "Bestand",
  people: "Personen",
  conflicts: "Konflikte",
  loading: "Wird geladen …",
  showMore: "Mehr anzeigen",

  person: "Person",
  personHint: "Die Kennung der Anmeldung dieser Person (sub).",
  role: "Rolle",
  store: "Filiale",
  market: "Land",
  grant: "Rolle geben",
  granted: "Die Rolle ist gegeben. Sie gilt überall innerhalb einer halben Minute.",
  revoked: "Sie ist entzogen. Das gilt überall innerhalb einer halben Minute.",
  saving: "Wird gespeichert …",
  again: "Wird noch einmal gesendet …",
  refused: "Das wurde abgelehnt. Prüfen Sie Person, Rolle und Ort.",
  failed: "Es konnte nicht gespeichert werden. Bitte versuchen Sie es noch einmal.",
  forbidden: "Ihre Rollen erlauben das nicht.",
  changedMeanwhile: (who, when) =>
    `Nichts wurde geändert: ${who} hat das am ${when} geändert. Sehen Sie es an und entscheiden Sie neu.`,
  somebody: "Jemand",
  nobody:
    "Hier wurden noch niemandes Rollen geändert. Rollen der Anmeldung selbst sind nicht aufgeführt.",
  take: (role) => `Entziehen: ${role}`,
  takeAll: "Alles entziehen",
  takeOneSure: (role, person) => `${role}: ${person} entziehen?`,
  takeSure: "Alle Rollen entziehen, auch die der Anmeldung?",
  yes: "Ja, entziehen",
  no: "Behalten",
  allRevoked: (when) => `Am ${when} wurde alles entzogen.`,
  since: (when) => `seit ${when}`,
  taken: (when) => `entzogen am ${when}`,

  actions: "Was diese Person getan hat",
  ownActions: "Was Sie zuletzt getan haben",
  noActions: "Nichts im letzten Jahr. Verkäufe sind nicht aufgeführt.",
  more: (n) => `und ${n} weitere`,

  conflictsHint: "Zwei Personen haben gleichzeitig dasselbe geändert. Die spätere Änderung gilt.",
  noConflicts: "Keine Konflikte.",
  holds: "Gilt",
  lost: "Verloren",
  conflictBy: (who, region, when) => `${who}, ${region}, ${when}`,
  settle: "Verlorenen Wert benutzen",
  settled: "Der Wert ist neu gesetzt. Er gilt jetzt.",
};
