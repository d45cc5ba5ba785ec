// What the privacy page says, in each language.
import type { LanguageCode } from "../i18n/language.ts";

export interface PrivacyTexts {
  title: string;
  paragraphs: readonly string[];
}

/** The facts are those of docs/site.md and docs/orders.md ("Personal data"); change them together. */
export const PRIVACY: Readonly<Record<LanguageCode, PrivacyTexts>> = {
  en: {
    title: "Privacy and contact",
    paragraphs: [
      "This site sets no cookies and loads nothing from other companies. A link to a map leaves the site.",
      "Your device keeps your cart, your latest orders, favorites, the language, and the allergens and the diet that you filter by. Nothing of it is sent anywhere, except an order that you place. Clear the data of this site in your browser to remove it.",
      "With an order the store gets the name to call and, where you give them, a mail address or a telephone number. They are deleted 30 days after the pickup.",
      "“Near me” asks your browser for your position and rounds it to about 100 m. It is sent to find stores, and is part of the page’s address.",
      "For questions about an order, talk to the store: its address is on its page.",
    ],
  },
  fr: {
    title: "Confidentialité et contact",
    paragraphs: [
      "Ce site ne dépose aucun cookie et ne charge rien d’autres entreprises. Le lien vers une carte géographique quitte le site.",
      "Votre appareil garde votre panier, vos dernières commandes, vos favoris, la langue, les allergènes que vous évitez et votre régime. Rien n’en est envoyé, sauf une commande que vous passez. Effacez les données de ce site dans votre navigateur pour les supprimer.",
      "Avec une commande, le magasin reçoit le nom à appeler et, si vous les donnez, une adresse électronique ou un numéro de téléphone. Ils sont effacés 30 jours après le retrait.",
      "« Près de moi » demande votre position à votre navigateur et l’arrondit à 100 m environ. Elle est envoyée pour trouver des magasins et figure dans l’adresse de la page.",
      "Pour toute question sur une commande, adressez-vous au magasin : son adresse est sur sa page.",
    ],
  },
  de: {
    title: "Datenschutz und Kontakt",
    paragraphs: [
      "Diese Seite setzt keine Cookies und lädt nichts von anderen Unternehmen. Der Link zu einer Landkarte verlässt die Seite.",
      "Ihr Gerät behält Ihren Warenkorb, Ihre letzten Bestellungen, Favoriten, die Sprache und die Allergene und die Ernährung, nach denen Sie filtern. Nichts davon wird verschickt, außer einer Bestellung, die Sie aufgeben. Löschen Sie die Daten dieser Seite im Browser, um es zu entfernen.",
      "Mit einer Bestellung erhält die Filiale den Namen, der aufgerufen wird, und, wenn Sie sie angeben, eine Mailadresse oder Telefonnummer. Sie werden 30 Tage nach der Abholung gelöscht.",
      "„In meiner Nähe“ fragt den Browser nach Ihrer Position und rundet sie auf etwa 100 m. Sie wird gesendet, um Filialen zu finden, und steht in der Adresse der Seite.",
      "Bei Fragen zu einer Bestellung wenden Sie sich an die Filiale: Ihre Adresse steht auf ihrer Seite.",
    ],
  },
  ja: {
    title: "プライバシーとお問い合わせ",
    paragraphs: [
      "このサイトはCookieを使わず、他社から何も読み込みません。地図へのリンクはサイトの外に移動します。",
      "カート、最近の注文、お気に入り、言語、除くアレルゲンと選んだ食事はお使いの端末に保存されます。注文するとき以外、送信されることはありません。ブラウザーでこのサイトのデータを消去すると削除されます。",
      "ご注文の際、店舗にはお呼びする名前と、ご入力があればメールアドレスまたは電話番号が伝わります。受け取りの30日後に削除されます。",
      "「現在地から探す」はブラウザーに位置を求め、約100mに丸めます。位置は店舗を探すために送信され、ページのアドレスに含まれます。",
      "ご注文についてのお問い合わせは店舗へお願いします。住所は店舗のページにあります。",
    ],
  },
  es: {
    title: "Privacidad y contacto",
    paragraphs: [
      "Este sitio no usa cookies ni carga nada de otras empresas. El enlace a un mapa sale del sitio.",
      "Su dispositivo guarda su carrito, sus últimos pedidos, sus favoritos, el idioma, los alérgenos que evita y su dieta. Nada de ello se envía, salvo un pedido que usted haga. Borre los datos de este sitio en su navegador para eliminarlo.",
      "Con un pedido, la tienda recibe el nombre para llamarle y, si los indica, un correo o un teléfono. Se borran 30 días después de la recogida.",
      "«Cerca de mí» pide la posición a su navegador y la redondea a unos 100 m. Se envía para encontrar tiendas y forma parte de la dirección de la página.",
      "Para preguntas sobre un pedido, hable con la tienda: su dirección está en su página.",
    ],
  },
  it: {
    title: "Privacy e contatti",
    paragraphs: [
      "Questo sito non usa cookie e non carica nulla da altre aziende. Il collegamento a una mappa porta fuori dal sito.",
      "Il tuo dispositivo conserva il carrello, gli ultimi ordini, i preferiti, la lingua, gli allergeni che eviti e la tua dieta. Nulla di ciò viene inviato, tranne un ordine che fai. Cancella i dati di questo sito nel browser per eliminarlo.",
      "Con un ordine il negozio riceve il nome da chiamare e, se li indichi, un indirizzo e-mail o un numero di telefono. Vengono cancellati 30 giorni dopo il ritiro.",
      "«Vicino a me» chiede la posizione al browser e la arrotonda a circa 100 m. Viene inviata per trovare i negozi e fa parte dell’indirizzo della pagina.",
      "Per domande su un ordine rivolgiti al negozio: il suo indirizzo è nella sua pagina.",
    ],
  },
  nl: {
    title: "Privacy en contact",
    paragraphs: [
      "Deze site plaatst geen cookies en laadt niets van andere bedrijven. De link naar een kaart verlaat de site.",
      "Je apparaat bewaart je winkelmand, je laatste bestellingen, favorieten, de taal, de allergenen die je weglaat en je dieet. Niets daarvan wordt verzonden, behalve een bestelling die je plaatst. Wis de gegevens van deze site in je browser om het te verwijderen.",
      "Bij een bestelling krijgt de winkel de naam om te roepen en, als je ze opgeeft, een mailadres of telefoonnummer. Ze worden 30 dagen na het afhalen gewist.",
      "“In mijn buurt” vraagt je browser om je positie en rondt die af op ongeveer 100 m. Ze wordt verzonden om winkels te vinden en staat in het adres van de pagina.",
      "Voor vragen over een bestelling spreek je de winkel aan: het adres staat op zijn pagina.",
    ],
  },
};
