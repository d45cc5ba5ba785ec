"""The words of stock alerts and of opting out, in the languages of the chain."""

from typing import Final, NamedTuple


class Texts(NamedTuple):
    """The words of one language; braces stand for what is filled in.

    Attributes:
        subject_out: Subject of a mail about one item that sold out.
        subject_back: Subject of a mail about one item that is back.
        subject_store: Subject of a mail about several items of one store.
        subject_stores: Subject of a mail about several stores.
        out: Heading of the items that sold out.
        out_do: What to do about them.
        back: Heading of the items that are back.
        back_do: What to do about them.
        pieces: What is left of an item.
        uncounted: What stands in its place where the item is not counted any more.
        more: How many items are not listed.
        why: Why the reader gets the mail.
        opt_out: Text of the opt-out link.
        question: Question of the opt-out page.
        confirm: Its button.
        done: What the page says afterwards.
        wrong: What the page says where the link is not one of carte's.
        failed: What the page says while carte cannot answer.
    """

    subject_out: str
    subject_back: str
    subject_store: str
    subject_stores: str
    out: str
    out_do: str
    back: str
    back_do: str
    pieces: str
    uncounted: str
    more: str
    why: str
    opt_out: str
    question: str
    confirm: str
    done: str
    wrong: str
    failed: str


TEXTS: Final = {
    "en": Texts(
        subject_out="Sold out: {item} ({store})",
        subject_back="Back: {item} ({store})",
        subject_store="{store}: {out} sold out, {back} back",
        subject_stores="{stores} stores: {out} items sold out, {back} back",
        out="Sold out",
        out_do="The menu shows it as sold out, and nobody can order it. Make or order more, and "
        "count it when it is there. If there is some left, count it now: the menu follows within "
        "seconds.",
        back="Back",
        back_do="The menu offers it again. There is nothing to do.",
        pieces="{pieces} left",
        uncounted="not counted any more",
        more="and {more} more",
        why="{mail} is subscribed to the stock alerts of: {stores}.",
        opt_out="No more stock alerts",
        question="Stop all stock alerts to this address?",
        confirm="Stop them",
        done="This address gets no more stock alerts.",
        wrong="This link is damaged or too old. Use the one in the latest mail.",
        failed="Nothing was changed yet. Please try again in a minute.",
    ),
    "de": Texts(
        subject_out="Ausverkauft: {item} ({store})",
        subject_back="Wieder da: {item} ({store})",
        subject_store="{store}: {out} ausverkauft, {back} wieder da",
        subject_stores="{stores} Filialen: {out} Artikel ausverkauft, {back} wieder da",
        out="Ausverkauft",
        out_do="Die Karte zeigt es als ausverkauft, und niemand kann es bestellen. Stellen Sie "
        "welche her oder bestellen Sie nach, und zählen Sie, sobald sie da sind. Ist noch etwas "
        "da, zählen Sie jetzt: Die Karte folgt in Sekunden.",
        back="Wieder da",
        back_do="Die Karte bietet es wieder an. Es ist nichts zu tun.",
        pieces="noch {pieces}",
        uncounted="wird nicht mehr gezählt",
        more="und {more} weitere",
        why="{mail} erhält Bestandsmeldungen für: {stores}.",
        opt_out="Keine Bestandsmeldungen mehr",
        question="Alle Bestandsmeldungen an diese Adresse abbestellen?",
        confirm="Abbestellen",
        done="Diese Adresse erhält keine Bestandsmeldungen mehr.",
        wrong="Dieser Link ist beschädigt oder zu alt. Nehmen Sie den aus der neuesten Mail.",
        failed="Es wurde noch nichts geändert. Bitte versuchen Sie es in einer Minute noch einmal.",
    ),
    "fr": Texts(
        subject_out="Épuisé : {item} ({store})",
        subject_back="De retour : {item} ({store})",
        subject_store="{store} : {out} épuisés, {back} de retour",
        subject_stores="{stores} magasins : {out} articles épuisés, {back} de retour",
        out="Épuisé",
        out_do="Le menu l'affiche comme épuisé et personne ne peut le commander. Préparez-en ou "
        "commandez-en, puis comptez-le à son arrivée. S'il en reste, comptez-le maintenant : le "
        "menu suit en quelques secondes.",
        back="De retour",
        back_do="Le menu le propose à nouveau. Il n'y a rien à faire.",
        pieces="reste {pieces}",
        uncounted="n'est plus compté",
        more="et {more} autres",
        why="{mail} est abonné aux alertes de stock de : {stores}.",
        opt_out="Ne plus recevoir d'alertes de stock",
        question="Arrêter toutes les alertes de stock pour cette adresse ?",
        confirm="Arrêter",
        done="Cette adresse ne reçoit plus d'alertes de stock.",
        wrong="Ce lien est abîmé ou trop ancien. Prenez celui du dernier courriel.",
        failed="Rien n'a encore été modifié. Veuillez réessayer dans une minute.",
    ),
    "es": Texts(
        subject_out="Agotado: {item} ({store})",
        subject_back="De nuevo: {item} ({store})",
        subject_store="{store}: {out} agotados, {back} de nuevo",
        subject_stores="{stores} tiendas: {out} artículos agotados, {back} de nuevo",
        out="Agotado",
        out_do="El menú lo muestra como agotado y nadie puede pedirlo. Prepare o pida más y "
        "cuéntelo cuando llegue. Si queda algo, cuéntelo ahora: el menú cambia en segundos.",
        back="De nuevo",
        back_do="El menú vuelve a ofrecerlo. No hay nada que hacer.",
        pieces="quedan {pieces}",
        uncounted="ya no se cuenta",
        more="y {more} más",
        why="{mail} está suscrito a las alertas de existencias de: {stores}.",
        opt_out="No recibir más alertas de existencias",
        question="¿Detener todas las alertas de existencias a esta dirección?",
        confirm="Detener",
        done="Esta dirección ya no recibe alertas de existencias.",
        wrong="Este enlace está dañado o es antiguo. Use el del último correo.",
        failed="Aún no se ha cambiado nada. Inténtelo de nuevo en un minuto.",
    ),
    "it": Texts(
        subject_out="Esaurito: {item} ({store})",
        subject_back="Di nuovo disponibile: {item} ({store})",
        subject_store="{store}: {out} esauriti, {back} di nuovo disponibili",
        subject_stores="{stores} negozi: {out} articoli esauriti, {back} di nuovo disponibili",
        out="Esaurito",
        out_do="Il menu lo mostra esaurito e nessuno può ordinarlo. Preparatene o ordinatene "
        "altri e contateli all'arrivo. Se ne resta, contatelo ora: il menu si aggiorna in pochi "
        "secondi.",
        back="Di nuovo disponibile",
        back_do="Il menu lo offre di nuovo. Non c'è nulla da fare.",
        pieces="restano {pieces}",
        uncounted="non è più contato",
        more="e altri {more}",
        why="{mail} riceve gli avvisi di scorte di: {stores}.",
        opt_out="Non ricevere più avvisi di scorte",
        question="Interrompere tutti gli avvisi di scorte a questo indirizzo?",
        confirm="Interrompi",
        done="Questo indirizzo non riceve più avvisi di scorte.",
        wrong="Questo link è danneggiato o troppo vecchio. Usate quello dell'ultima mail.",
        failed="Non è stato ancora cambiato nulla. Riprovate tra un minuto.",
    ),
    "nl": Texts(
        subject_out="Uitverkocht: {item} ({store})",
        subject_back="Weer te koop: {item} ({store})",
        subject_store="{store}: {out} uitverkocht, {back} weer te koop",
        subject_stores="{stores} winkels: {out} artikelen uitverkocht, {back} weer te koop",
        out="Uitverkocht",
        out_do="Het menu toont het als uitverkocht en niemand kan het bestellen. Maak of bestel "
        "nieuwe en tel ze zodra ze er zijn. Is er nog iets, tel het dan nu: het menu volgt "
        "binnen enkele seconden.",
        back="Weer te koop",
        back_do="Het menu biedt het weer aan. U hoeft niets te doen.",
        pieces="nog {pieces}",
        uncounted="wordt niet meer geteld",
        more="en nog {more}",
        why="{mail} krijgt voorraadmeldingen van: {stores}.",
        opt_out="Geen voorraadmeldingen meer",
        question="Alle voorraadmeldingen aan dit adres stoppen?",
        confirm="Stoppen",
        done="Dit adres krijgt geen voorraadmeldingen meer.",
        wrong="Deze link is beschadigd of te oud. Gebruik die in de laatste mail.",
        failed="Er is nog niets gewijzigd. Probeer het over een minuut opnieuw.",
    ),
    "ja": Texts(
        subject_out="売り切れ: {item} ({store})",
        subject_back="販売再開: {item} ({store})",
        subject_store="{store}: 売り切れ {out} 品、販売再開 {back} 品",
        subject_stores="{stores} 店舗: 売り切れ {out} 品、販売再開 {back} 品",
        out="売り切れ",
        out_do="メニューに売り切れと表示され、注文できません。"
        "補充して、届いたら数を登録してください。"
        "在庫が残っている場合は、いま数を登録すると数秒でメニューに反映されます。",
        back="販売再開",
        back_do="メニューで再び注文できます。対応は不要です。",
        pieces="残り {pieces} 個",
        uncounted="在庫管理の対象外",
        more="ほか {more} 品",
        why="{mail} は次の店舗の在庫通知を受け取っています: {stores}",
        opt_out="在庫通知を停止する",
        question="このアドレスへの在庫通知をすべて停止しますか。",
        confirm="停止する",
        done="このアドレスへの在庫通知を停止しました。",
        wrong="リンクが壊れているか、古いものです。最新のメールのリンクをお使いください。",
        failed="まだ何も変更されていません。1 分ほどしてからもう一度お試しください。",
    ),
}
"""Language, one of `markets.LOCALES`, to its words."""


def texts(language: str) -> Texts:
    """Return the words of a language; English where there are none."""
    return TEXTS.get(language, TEXTS["en"])


def language_of_texts(language: str) -> str:
    """Return the language in which `texts` has its words: the value of `lang` on the page."""
    return language if language in TEXTS else "en"
