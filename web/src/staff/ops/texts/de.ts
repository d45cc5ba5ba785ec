// German texts of operations.
import type { OpsTexts } from "./ops-texts.ts";

export const texts: OpsTexts = {
  title: "Betrieb",
  asOf: (time) => `Live, Stand ${time}`,
  lost: "Der Edge antwortet gerade nicht.",
  elsewhere:
    "Die Zahlen dieser Installation stehen in CloudWatch: das Dashboard „carte“ hat sie für alle Regionen.",
  healthy: "gesund",
  unhealthy: "nicht gesund",
  drained: "abgezogen",
  rate: "Anfragen",
  requests: "Anfragen seit dem Start",
  ownRequests: (seconds) =>
    `Die Anfragen enthalten die dieser Seite: Sie fragt jede Region alle ${seconds} Sekunden, was sie von den anderen gehört hat.`,
  inFlight: "Unterwegs",
  wrong: "Fehlgeschlagene Anfragen",
  median: "Gesundheitsprüfung, Median",
  slowest: "Gesundheitsprüfung, 95 %",
  lag: "Von anderen Regionen gehört",
  checks: (n, failed) => `Die letzten ${n} Gesundheitsprüfungen, ${failed} misslungen`,
  drain: "Abziehen",
  takeBack: "Zurücknehmen",
  sure: (region) => `Keine Anfragen mehr an ${region} senden?`,
  yes: "Ja, abziehen",
  no: "Nein",
  failed: "Der Edge hat das nicht angenommen.",
  cache: "Cache",
  hits: (percent) => `Aus dem Cache beantwortet: ${percent}`,
  entries: (n) => `aufgehobene Antworten: ${n}`,
  faults: "Eingespielte Störungen",
  noFaults: "Keine. So entsteht eine:",
  faultsUnknown: "Die Steuerung der Störungen antwortet nicht.",
  events: "Ereignisse",
  more: "Mehr über den Edge",
};
