// English texts of signing in and of the pages' frame for staff.
import type { StaffRole } from "../../../generated/staff.ts";

export const en = {
  title: "Staff",
  home: "Overview",
  board: "Orders",
  stock: "Stock",
  prices: "Prices",
  hours: "Hours",
  figures: "Figures",
  office: "Head office",
  ops: "Operations",
  pages: "Pages of staff",

  signInTitle: "Staff sign-in",
  signInIntro: "You sign in on a page of its own, and come back here afterwards.",
  signIn: "Sign in",
  signingIn: "Signing you in…",
  noPool: "Sign-in is not set up for this site.",
  refused: "The sign-in was refused. Please try again.",
  stale: "This sign-in was used already, or began in another tab. Please sign in again.",
  unreachable: "Sign-in cannot be reached just now. Whoever is signed in already can work on.",
  signInNoNetwork:
    "This device has no network, and signing in needs one. You can sign in here as soon as there is one.",
  signInNoAnswer: "The service does not answer just now. You can sign in here as soon as it does.",
  ended: "Your session has ended. Please sign in again.",
  accountsHint: "On a local cloud, this lists people who can sign in, and their password:",
  development: "With a token of the local cloud",
  token: "Staff token",
  tokenHint: "This prints one:",
  useToken: "Use the token",

  unreached:
    "No connection to the service just now. This page goes on by itself as soon as it answers.",
  noNetwork:
    "This device has no network just now. This page goes on by itself as soon as there is one.",
  forbidden:
    "Your account has no role that permits this here. Your manager or the head office can give you one.",
  yourRoles: "Your roles",
  noRoles: "You have no role yet. Your manager or the head office can give you one.",
  wholeChain: "the whole chain",
  roles: {
    TILL: "Till",
    MANAGER: "Manager",
    EDITOR: "Editor",
    ADMIN: "Administrator",
    OPERATOR: "Operator",
  } satisfies Record<StaffRole, string>,
  yourStores: "Your stores",
  anotherStore: "Open another store",
  storeNumber: "Number of the store",
  open: "Open",

  signOut: "Sign out",
  leave: "Something on this page is not saved yet and would be lost. Leave it?",
  stepsWait: (n: string) =>
    `Steps of the order board that are not sent yet: ${n}. They stay on this device until you sign in again; nobody else sends them. Sign out?`,
  signOutEverywhere: "Sign out everywhere",
  everywhereHint: "Other browsers get no new session. What is open there ends within an hour.",
  everywhereFailed: "Sign-in cannot be reached just now, so nothing was changed. Try again later.",
};
