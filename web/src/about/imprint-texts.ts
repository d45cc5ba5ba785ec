// What the imprint says around the facts of the operator, in each language.
import type { LanguageCode } from "../i18n/language.ts";

export interface ImprintTexts {
  title: string;
  operator: string;
  representedBy: string;
  mail: string;
  phone: string;
  register: string;
  vatId: string;
  /** Shown to everybody as long as the operator has stated nothing. */
  unstated: string;
  /** To the operator: where it is stated. */
  remedy: string;
  loading: string;
}

export const IMPRINT: Readonly<Record<LanguageCode, ImprintTexts>> = {
  en: {
    title: "Imprint",
    operator: "Operator of this site",
    representedBy: "Represented by",
    mail: "E-mail",
    phone: "Telephone",
    register: "Register",
    vatId: "VAT identification number",
    unstated: "It is not stated here yet who operates this site.",
    remedy:
      "To the operator: state at least name, postal address and e-mail address in the table [operator] of the deployment file, and deploy again.",
    loading: "Loading…",
  },
  fr: {
    title: "Mentions légales",
    operator: "Exploitant de ce site",
    representedBy: "Représenté par",
    mail: "Adresse électronique",
    phone: "Téléphone",
    register: "Registre",
    vatId: "Numéro de TVA",
    unstated: "L’exploitant de ce site n’est pas encore indiqué ici.",
    remedy:
      "À l’exploitant : indiquez au moins le nom, l’adresse postale et l’adresse électronique dans la table [operator] du fichier de déploiement, puis déployez de nouveau.",
    loading: "Chargement…",
  },
  de: {
    title: "Impressum",
    operator: "Betreiber dieser Seite",
    representedBy: "Vertreten durch",
    mail: "E-Mail",
    phone: "Telefon",
    register: "Register",
    vatId: "Umsatzsteuer-Identifikationsnummer",
    unstated: "Hier steht noch nicht, wer diese Seite betreibt.",
    remedy:
      "An den Betreiber: Tragen Sie mindestens Name, Postanschrift und E-Mail-Adresse in die Tabelle [operator] der Deployment-Datei ein, und stellen Sie die Seite neu bereit.",
    loading: "Wird geladen…",
  },
  ja: {
    title: "運営者情報",
    operator: "このサイトの運営者",
    representedBy: "代表者",
    mail: "メールアドレス",
    phone: "電話番号",
    register: "登記",
    vatId: "税務登録番号",
    unstated: "このサイトの運営者はまだ記載されていません。",
    remedy:
      "運営者の方へ：デプロイファイルの[operator]に、少なくとも名称・住所・メールアドレスを記入し、再度デプロイしてください。",
    loading: "読み込み中…",
  },
  es: {
    title: "Aviso legal",
    operator: "Responsable de este sitio",
    representedBy: "Representado por",
    mail: "Correo electrónico",
    phone: "Teléfono",
    register: "Registro",
    vatId: "Número de identificación a efectos del IVA",
    unstated: "Aquí todavía no se indica quién es el responsable de este sitio.",
    remedy:
      "Al responsable: indique al menos el nombre, la dirección postal y el correo electrónico en la tabla [operator] del archivo de despliegue, y despliegue de nuevo.",
    loading: "Cargando…",
  },
  it: {
    title: "Note legali",
    operator: "Gestore di questo sito",
    representedBy: "Rappresentato da",
    mail: "E-mail",
    phone: "Telefono",
    register: "Registro",
    vatId: "Partita IVA",
    unstated: "Qui non è ancora indicato chi gestisce questo sito.",
    remedy:
      "Al gestore: indica almeno nome, indirizzo postale ed e-mail nella tabella [operator] del file di distribuzione, poi distribuisci di nuovo.",
    loading: "Caricamento…",
  },
  nl: {
    title: "Colofon",
    operator: "Beheerder van deze site",
    representedBy: "Vertegenwoordigd door",
    mail: "E-mail",
    phone: "Telefoon",
    register: "Register",
    vatId: "Btw-identificatienummer",
    unstated: "Hier staat nog niet wie deze site beheert.",
    remedy:
      "Aan de beheerder: vul minstens naam, postadres en e-mailadres in bij [operator] in het deploymentbestand, en rol de site opnieuw uit.",
    loading: "Laden…",
  },
};
