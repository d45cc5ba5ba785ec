// French texts of a store's order board.
import type { BoardTexts } from "./board-texts.ts";

export const texts: BoardTexts = {
  title: "Commandes",

  waiting: "Nouvelles",
  making: "En préparation",
  ready: "Prêtes",
  done: "Terminées",
  nothing: "Aucune commande",
  loading: "Lecture des commandes…",
  nothingKept:
    "Cet appareil n’a pas de réseau et n’a gardé aucune commande de ce restaurant. Elles s’afficheront d’elles-mêmes dès que le réseau sera là.",
  nothingAnswered:
    "Le service ne répond pas bien et cet appareil n’a gardé aucune commande de ce restaurant. Elles s’afficheront d’elles-mêmes dès qu’il répondra.",
  nothingToday: "Aucune commande pour aujourd’hui. Lecture des autres jours…",
  accept: "Accepter",
  approve: "Approuver et accepter",
  reject: "Refuser",
  markReady: "Prête",
  collected: "Retirée",
  print: "Imprimer",
  large: "Grande commande",
  pickupAt: (time) => `Retrait ${time}`,
  answerBy: (time) => `Répondre au plus tard : ${time}`,
  payment: {
    UNPAID: (t) => `Non payé, à encaisser : ${t}`,
    AT_STORE: (t) => `À payer : ${t}`,
    PENDING: (t) => `Carte pas encore confirmée : ${t}`,
    AUTHORIZED: (t) => `Réservé sur la carte : ${t}`,
    DECLINED: (t) => `Carte refusée : ${t}`,
    CHARGED: (t) => `Payé : ${t}`,
    PARTLY_REFUNDED: (t) => `Payé, remboursé en partie : ${t}`,
    REFUNDED: (t) => `Remboursé : ${t}`,
    RELEASED: (t) => `Non débité : ${t}`,
  },
  unsent: "Pas encore envoyé",

  why: "Pourquoi est-ce impossible ? Le client lira ceci.",
  reasons: [
    "Un article est épuisé.",
    "Il y a trop à faire en ce moment.",
    "Nous fermons plus tôt.",
  ],
  rejectSend: "Refuser la commande",
  back: "Retour",

  soundOn: "Le son est activé",
  soundOff: "Le son est coupé",
  soundBlocked: "Le son démarre à la prochaine pression",
  live: "En direct",
  notConnected: "Pas de connexion",
  offline: (time) =>
    `Le service ne répond pas bien depuis ${time}. Continuez : ce que vous pressez partira à son retour.`,
  noNetwork: (time) =>
    `Cet appareil n’a plus de réseau depuis ${time}. Continuez : ce que vous pressez partira quand le réseau reviendra.`,
  blocked: (status) =>
    `Quelque chose entre cet appareil et le service refuse les requêtes (${status}), comme un pare-feu ou un réseau qui demande de s’identifier.`,
  keptOrders: (time: string, ago: string) =>
    `État des commandes : ${time} (${ago}). Les noms et numéros de téléphone des clients ne sont pas gardés sur cet appareil.`,
  waitingToSend: (n) =>
    n < 2 ? `${n} étape n’est pas envoyée` : `${n} étapes ne sont pas envoyées`,
  refused: "Étapes qui n’étaient pas possibles",
  changed: "Pendant que la connexion manquait",
  isNew: (code) => `${code} est nouvelle`,
  isNow: (code, state) => `${code} : ${state}`,
  notPossible: (code, step, state) =>
    `${code} : « ${step} »${state && `. État actuel de la commande : ${state}.`}`,
  seen: "Vu",
  status: {
    PLACED: "en attente",
    AUTHORIZED: "en attente",
    DECLINED: "carte refusée",
    ACCEPTED: "en préparation",
    READY: "prête",
    COLLECTED: "retirée",
    CANCELLED: "annulée par le client",
    REJECTED: "refusée",
    EXPIRED: "expirée sans réponse",
    REFUNDED: "remboursée",
  },
};
