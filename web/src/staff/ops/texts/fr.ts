// French texts of operations.
import type { OpsTexts } from "./ops-texts.ts";

export const texts: OpsTexts = {
  title: "Exploitation",
  asOf: (time) => `En direct, à ${time}`,
  lost: "L’edge ne répond pas pour le moment.",
  elsewhere:
    "Les chiffres de ce déploiement sont dans CloudWatch : le tableau « carte » les a pour toutes les régions.",
  healthy: "saine",
  unhealthy: "en panne",
  drained: "vidée",
  rate: "Requêtes",
  requests: "Requêtes depuis le démarrage",
  ownRequests: (seconds) =>
    `Les requêtes comprennent celles de cette page : toutes les ${seconds} secondes, elle demande à chaque région ce qu’elle a reçu des autres.`,
  inFlight: "En cours",
  wrong: "Requêtes échouées",
  median: "Contrôle de santé, médiane",
  slowest: "Contrôle de santé, 95 %",
  lag: "Nouvelles des autres régions",
  checks: (n, failed) => `Les ${n} derniers contrôles de santé, ${failed} échoués`,
  drain: "Vider",
  takeBack: "Reprendre",
  sure: (region) => `Ne plus envoyer de requêtes à ${region} ?`,
  yes: "Oui, vider",
  no: "Non",
  failed: "L’edge ne l’a pas accepté.",
  cache: "Cache",
  hits: (percent) => `Réponses du cache : ${percent}`,
  entries: (n) => `réponses gardées : ${n}`,
  faults: "Pannes injectées",
  noFaults: "Aucune. Ceci en crée une :",
  faultsUnknown: "Le contrôleur de pannes ne répond pas.",
  events: "Événements",
  more: "Plus sur l’edge",
};
