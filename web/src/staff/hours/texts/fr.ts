// French texts of opening hours and closures.
import type { HoursTexts } from "./hours-texts.ts";

export const texts: HoursTexts = {
  title: "Horaires d’ouverture",
  zone: (zone) => `Toutes les heures et tous les jours sont ceux du magasin : ${zone}.`,
  week: "La semaine",
  closed: "Fermé",
  open: "Ouvert",
  allDay: "24 h sur 24",
  opens: "Ouvre",
  closes: "Ferme",
  spanOf: (day, n) => `${day}, plage ${n}`,
  nextDay: "le lendemain",
  addSpan: "Ajouter une plage",
  removeSpan: "Retirer",
  copy: "Copier vers d’autres jours",
  copyTo: (day) => `Copier les horaires (${day}) vers`,
  copyNow: "Copier",
  wrong: {
    missing: "Indiquez les deux heures.",
    empty:
      "L’ouverture et la fermeture sont à la même heure. Pour toute la journée, choisissez « 24 h sur 24 ».",
    overlap: "Ces plages se chevauchent.",
  },

  preview: (n) => `Jours modifiés : ${n}`,
  noChanges: "Rien n’est encore modifié.",
  effect:
    "Les clients voient aussitôt les nouveaux horaires et choisissent leur heure de retrait d’après eux. Les commandes déjà passées gardent la leur.",
  neverOpen:
    "Le magasin n’ouvrirait aucun jour de la semaine. Pour le fermer un temps, fermez plutôt des jours précis ci-dessous.",
  mend: "Corrigez d’abord les jours signalés.",
  apply: "Appliquer les horaires",
  saving: "Enregistrement…",
  again: "Nouvel envoi…",
  discard: "Abandonner",
  done: "Les nouveaux horaires sont en vigueur.",
  refused: "L’enregistrement a échoué. Vérifiez les horaires et réessayez.",
  changedBy: (who, when) =>
    `${who} a modifié les horaires le ${when}, pendant que vous les modifiiez. Rien de vous n’est encore enregistré.`,
  changed: "Quelqu’un d’autre a modifié les horaires pendant que vous les modifiiez.",
  theirs: "Les horaires sont maintenant :",
  keepMine: "Continuer avec les miens",
  takeTheirs: "Prendre ces horaires",
  you: "vous",
  aFile: "un fichier",

  closedDays: "Jours de fermeture",
  closedDaysHint:
    "Un jour de fermeture, le magasin n’ouvre pas, quels que soient ses horaires, et personne ne peut commander pour ce jour. Une nuit commencée la veille va jusqu’à son terme.",
  noClosedDays: "Aucun jour n’est fermé.",
  openAgain: "Rouvrir",
  firstDay: "Jour",
  lastDay: "Dernier jour, s’il y en a plusieurs",
  close: "Fermer",
  willClose: (days, n) => `${days}, jours à fermer : ${n}`,
  wrongDays: (first, last, most) =>
    `Choisissez des jours du ${first} au ${last}, au plus ${most} à la fois.`,
  lastBeforeFirst: "Le dernier jour précède le premier. Modifiez l’un des deux.",
  alreadyClosed: "C’est déjà fermé.",
  daysDone: "Enregistré. Les clients le voient aussitôt.",
  daysRefused: "L’enregistrement a échoué. Vérifiez les jours et réessayez.",

  forGood: "Fermeture définitive",
  forGoodHint:
    "À partir de ce jour, le magasin ne prend plus de commandes. Sa carte reste lisible.",
  fromDay: "Premier jour",
  notForGood: "Le magasin n’est pas fermé définitivement.",
  closeForGood: "Fermer définitivement",
  closeForGoodSure: (day) => `Fermer le magasin définitivement à partir du ${day} ?`,
  reopen: "Rouvrir le magasin",
  reopenSure: "Rouvrir le magasin selon ses horaires ?",
  askOffice: "Seul le siège peut le rouvrir.",
  isShown: "Les listes et les recherches montrent le magasin.",
  isHidden: "Les listes et les recherches ne montrent pas le magasin.",
  hide: "Masquer le magasin",
  hideSure: "Retirer le magasin des listes et des recherches ?",
  show: "Montrer de nouveau le magasin",
  showSure: "Montrer de nouveau le magasin dans les listes et les recherches ?",
  yes: "Oui",
  no: "Non",
};
