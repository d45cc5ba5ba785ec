// Dutch texts of operations.
import type { OpsTexts } from "./ops-texts.ts";

export const texts: OpsTexts = {
  title: "Beheer",
  asOf: (time) => `Live, stand van ${time}`,
  lost: "De edge antwoordt nu niet.",
  elsewhere:
    "De cijfers van deze installatie staan in CloudWatch: het dashboard ‘carte’ heeft ze voor alle regio’s.",
  healthy: "gezond",
  unhealthy: "niet gezond",
  drained: "afgekoppeld",
  rate: "Verzoeken",
  requests: "Verzoeken sinds de start",
  ownRequests: (seconds) =>
    `De verzoeken bevatten die van deze pagina: zij vraagt elke regio om de ${seconds} seconden wat die van de andere heeft gehoord.`,
  inFlight: "Onderweg",
  wrong: "Mislukte verzoeken",
  median: "Gezondheidscontrole, mediaan",
  slowest: "Gezondheidscontrole, 95%",
  lag: "Bericht van andere regio’s",
  checks: (n, failed) => `De laatste ${n} gezondheidscontroles, ${failed} mislukt`,
  drain: "Afkoppelen",
  takeBack: "Terugnemen",
  sure: (region) => `Geen verzoeken meer naar ${region} sturen?`,
  yes: "Ja, afkoppelen",
  no: "Nee",
  failed: "De edge nam dit niet aan.",
  cache: "Cache",
  hits: (percent) => `Uit de cache beantwoord: ${percent}`,
  entries: (n) => `bewaarde antwoorden: ${n}`,
  faults: "Ingebrachte storingen",
  noFaults: "Geen. Zo ontstaat er een:",
  faultsUnknown: "De storingsbesturing antwoordt niet.",
  events: "Gebeurtenissen",
  more: "Meer over de edge",
};
