// Italian texts of operations.
import type { OpsTexts } from "./ops-texts.ts";

export const texts: OpsTexts = {
  title: "Operazioni",
  asOf: (time) => `Dal vivo, alle ${time}`,
  lost: "L’edge non risponde in questo momento.",
  elsewhere:
    "I dati di questa installazione sono in CloudWatch: il pannello «carte» li ha per tutte le regioni.",
  healthy: "sana",
  unhealthy: "non sana",
  drained: "svuotata",
  rate: "Richieste",
  requests: "Richieste dall’avvio",
  ownRequests: (seconds) =>
    `Le richieste comprendono quelle di questa pagina: ogni ${seconds} secondi chiede a ogni regione che cosa ha ricevuto dalle altre.`,
  inFlight: "In corso",
  wrong: "Richieste fallite",
  median: "Controllo di salute, mediana",
  slowest: "Controllo di salute, 95%",
  lag: "Notizie dalle altre regioni",
  checks: (n, failed) => `Gli ultimi ${n} controlli di salute, ${failed} falliti`,
  drain: "Svuota",
  takeBack: "Riprendi",
  sure: (region) => `Non inviare più richieste a ${region}?`,
  yes: "Sì, svuota",
  no: "No",
  failed: "L’edge non lo ha accettato.",
  cache: "Cache",
  hits: (percent) => `Risposte dalla cache: ${percent}`,
  entries: (n) => `risposte conservate: ${n}`,
  faults: "Guasti iniettati",
  noFaults: "Nessuno. Così se ne crea uno:",
  faultsUnknown: "Il controllo dei guasti non risponde.",
  events: "Eventi",
  more: "Altro sull’edge",
};
