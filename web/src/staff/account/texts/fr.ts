// French texts of signing in and of the pages' frame for staff.
import type { AccountTexts } from "./account-texts.ts";

export const texts: AccountTexts = {
  title: "Personnel",
  home: "Vue d’ensemble",
  board: "Commandes",
  stock: "Stock",
  prices: "Prix",
  hours: "Horaires",
  figures: "Chiffres",
  office: "Siège",
  ops: "Exploitation",
  pages: "Pages du personnel",

  signInTitle: "Connexion du personnel",
  signInIntro: "Vous vous connectez sur une page à part, puis vous revenez ici.",
  signIn: "Se connecter",
  signingIn: "Connexion en cours…",
  noPool: "La connexion n’est pas configurée pour ce site.",
  refused: "La connexion a été refusée. Veuillez réessayer.",
  stale:
    "Cette connexion a déjà servi ou a commencé dans un autre onglet. Veuillez vous reconnecter.",
  unreachable:
    "La connexion est injoignable pour le moment. Les personnes déjà connectées peuvent continuer.",
  signInNoNetwork:
    "Cet appareil n’a pas de réseau, et il en faut un pour se connecter. Vous pourrez vous connecter ici dès qu’il reviendra.",
  signInNoAnswer:
    "Le service ne répond pas pour le moment. Vous pourrez vous connecter ici dès qu’il répondra.",
  ended: "Votre session est terminée. Veuillez vous reconnecter.",
  accountsHint:
    "Sur un nuage local, cette commande liste qui peut se connecter, et le mot de passe :",
  development: "Avec un jeton du nuage local",
  token: "Jeton du personnel",
  tokenHint: "Cette commande en affiche un :",
  useToken: "Utiliser le jeton",

  unreached:
    "Pas de connexion au service pour le moment. Cette page continue d’elle-même dès qu’il répond.",
  noNetwork:
    "Cet appareil n’a pas de réseau pour le moment. Cette page continue d’elle-même dès qu’il revient.",
  forbidden:
    "Votre compte n’a aucun rôle qui le permette ici. Votre responsable ou le siège peut vous en donner un.",
  yourRoles: "Vos rôles",
  noRoles: "Vous n’avez pas encore de rôle. Votre responsable ou le siège peut vous en donner un.",
  wholeChain: "toute la chaîne",
  roles: {
    TILL: "Caisse",
    MANAGER: "Responsable",
    EDITOR: "Rédaction",
    ADMIN: "Administration",
    OPERATOR: "Exploitation",
  },
  yourStores: "Vos magasins",
  anotherStore: "Ouvrir un autre magasin",
  storeNumber: "Numéro du magasin",
  open: "Ouvrir",

  signOut: "Se déconnecter",
  leave: "Quelque chose sur cette page n’est pas encore enregistré et serait perdu. La quitter ?",
  stepsWait: (n) =>
    `Étapes du tableau pas encore envoyées : ${n}. Elles restent sur cet appareil jusqu’à votre prochaine connexion ; personne d’autre ne les envoie. Se déconnecter ?`,
  signOutEverywhere: "Se déconnecter partout",
  everywhereHint:
    "Les autres navigateurs n’obtiennent plus de session. Ce qui y est ouvert prend fin dans l’heure.",
  everywhereFailed:
    "La connexion est injoignable pour le moment : rien n’a été changé. Réessayez plus tard.",
};
