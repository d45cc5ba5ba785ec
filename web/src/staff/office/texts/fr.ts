// French texts of the head office.
import type { OfficeTexts } from "./office-texts.ts";

export const texts: OfficeTexts = {
  title: "Siège",
  parts: "Parties du siège",
  catalog: "Catalogue",
  stock: "Stock",
  people: "Personnes",
  conflicts: "Conflits",
  loading: "Chargement…",
  showMore: "Afficher plus",

  person: "Personne",
  personHint: "L’identifiant de connexion de la personne (sub).",
  role: "Rôle",
  store: "Magasin",
  market: "Pays",
  grant: "Donner le rôle",
  granted: "Le rôle est donné. Il vaut partout en moins d’une demi-minute.",
  revoked: "C’est retiré. Cela vaut partout en moins d’une demi-minute.",
  saving: "Enregistrement…",
  again: "Nouvel envoi…",
  refused: "Cela a été refusé. Vérifiez la personne, le rôle et le lieu.",
  failed: "L’enregistrement a échoué. Veuillez réessayer.",
  forbidden: "Vos rôles ne le permettent pas.",
  changedMeanwhile: (who, when) =>
    `Rien n’a été changé : ${who} a modifié ceci le ${when}. Regardez et décidez à nouveau.`,
  somebody: "Quelqu’un",
  nobody:
    "Aucun rôle n’a encore été modifié ici. Les rôles de la connexion elle-même ne figurent pas.",
  take: (role) => `Retirer : ${role}`,
  takeAll: "Tout retirer",
  takeOneSure: (role, person) => `Retirer ${role} à ${person} ?`,
  takeSure: "Retirer tous les rôles, y compris ceux de la connexion ?",
  yes: "Oui, retirer",
  no: "Garder",
  allRevoked: (when) => `Tout a été retiré le ${when}.`,
  since: (when) => `depuis le ${when}`,
  taken: (when) => `retiré le ${when}`,

  actions: "Ce que cette personne a fait",
  ownActions: "Ce que vous avez fait récemment",
  noActions: "Rien depuis un an. Les ventes ne figurent pas.",
  more: (n) => `et ${n} de plus`,

  conflictsHint:
    "Deux personnes ont changé la même chose en même temps. Le dernier changement vaut.",
  noConflicts: "Aucun conflit.",
  holds: "Valable",
  lost: "Perdu",
  conflictBy: (who, region, when) => `${who}, ${region}, ${when}`,
  settle: "Utiliser la valeur perdue",
  settled: "La valeur est remise. Elle vaut maintenant.",
};
