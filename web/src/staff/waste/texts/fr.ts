// French texts of what is thrown away.
import type { WasteTexts } from "./waste-texts.ts";

export const texts: WasteTexts = {
  throwAway: "Jeter",
  piecesOf: (item) => `Pièces jetées : ${item}`,
  why: "Pourquoi ?",
  reasons: { EXPIRED: "Trop vieux", DAMAGED: "Abîmé", MISTAKE: "Fait par erreur", OTHER: "Autre" },
  when: "Quand ?",
  today: "Aujourd’hui",
  yesterday: "Hier",
  record: "Enregistrer",
  wrongPieces: (most) =>
    `Écrivez un nombre entier de 1 à ${most}, avec les chiffres 0–9 seulement.`,
  noReason: "Choisissez une raison.",
  moreThanLeft: (left, pieces) =>
    `Il n’en reste que ${left}. Appuyez encore pour enregistrer ${pieces}.`,
  recorded: (pieces, item) => `Enregistré comme jeté : ${pieces} × ${item}.`,
  takeBack: "Annuler la saisie",
  takenBack: (pieces, item) =>
    `Annulé : ${pieces} × ${item}. Les chiffres ne le comptent plus. Le stock reste tel quel : veuillez compter.`,
  notTakenBack: "L’annulation a échoué. Veuillez réessayer.",
  list: "Tout ce qui est enregistré comme jeté",
  lineOf: (pieces, item) => `${pieces} × ${item}`,
  backSure: (what) => `Annuler la saisie de ${what} ? Les chiffres n’en tiendront plus compte.`,
  backYes: "Oui, annuler la saisie",
  backNo: "Non",
  isBack: "saisie annulée",
  moreThanListed: "Il y a pour ce jour plus de saisies qu’il ne peut en être affiché ici.",

  waste: "Pertes",
  about:
    "Ce que le personnel a enregistré comme jeté, au prix de la carte à ce moment-là. Les saisies sont conservées 400 jours.",
  none: "Rien n’a été enregistré comme jeté.",
  value: "Valeur",
  pieces: "Pièces",
  piecesText: (n) => `Pièces : ${n}`,
  byDay: "Pertes par jour",
  byItem: "Pertes par article",
  incomplete: (days) =>
    `Incomplet : ${days}. Il y a plus de saisies qu’on ne peut en lire à la fois, ou des prix dans une autre monnaie.`,
  chosen: "Pertes des magasins choisis",
  csvDays: "CSV des pertes par jour",
  csvItems: "CSV des pertes par article",
  csvStores: "CSV des pertes",
};
