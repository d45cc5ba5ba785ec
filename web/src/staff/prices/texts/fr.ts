// French texts of prices and listing.
import type { PriceTexts } from "./price-texts.ts";

export const texts: PriceTexts = {
  title: "Prix",
  search: "Chercher un article",
  percent: "Variation en pour cent",
  fill: (n) => `Remplir pour les ${n} articles affichés`,
  item: "Article",
  now: "Actuellement",
  price: "Nouveau prix",
  listed: "Au menu",
  notListed: "pas au menu",
  priceOf: (item) => `Nouveau prix : ${item}`,
  listedOf: (item) => `${item} est au menu`,
  wrongPercent: (most: string) =>
    `Saisissez un nombre de -${most} à ${most}, par exemple 5 ou -2,5.`,
  wrongPrice: (example: string) =>
    `Ce n’est pas un prix. Écrivez-le avec les chiffres 0 à 9, avec un point ou une virgule avant les décimales : ${example}.`,
  add: "Ajouter un article du catalogue",
  find: "Chercher",
  noneFound: "Le catalogue n’a rien d’autre de ce nom.",
  loading: "Chargement…",
  showMore: "Afficher plus",
  addThis: "Ajouter",
  preview: (n) => `Modifications : ${n}`,
  noChanges: "Rien n’est encore modifié.",
  willBeListed: "entre au menu",
  willBeTaken: "sort du menu",
  tooMany: (n) => `Les ${n} premières sont envoyées ; les autres restent pour la prochaine fois.`,
  apply: "Appliquer les modifications",
  saving: "Enregistrement…",
  again: "Nouvel envoi…",
  discard: "Abandonner",
  done: "Les modifications sont en vigueur.",
  refused: "L’enregistrement a échoué. Vérifiez les prix et réessayez.",
};
