"""The words of the mails to people about their accounts, in the languages of the chain."""

from typing import Final, NamedTuple

from services.domain.people.roles import Role, Scope


class Texts(NamedTuple):
    """The words of one language; braces stand for what is filled in.

    Attributes:
        welcome: Subject of the mail after the first sign-in.
        welcome_do: What the person can do now; `{site}` is the staff page.
        device: Subject of the mail after a sign-in from a new device.
        device_what: When it was; `{at}` is a time of UTC.
        device_do: What to do where it was somebody else.
        roles: Subject of the mail about roles.
        granted: Heading of the roles that were granted.
        revoked: Heading of the roles that were revoked.
        revoked_all: The text where all roles were revoked at once.
        roles_do: From when on it holds, and whom to ask.
        more: How many roles are not listed.
        why: Why the reader gets the mail, and that such mails cannot be ended.
        names: Role to its name.
        places: Kind of place to a text with the place's id.
    """

    welcome: str
    welcome_do: str
    device: str
    device_what: str
    device_do: str
    roles: str
    granted: str
    revoked: str
    revoked_all: str
    roles_do: str
    more: str
    why: str
    names: dict[Role, str]
    places: dict[Scope, str]


TEXTS: Final = {
    "en": Texts(
        welcome="Welcome to carte",
        welcome_do="You signed in for the first time. Your roles, and all you may do with them, "
        "are on {site}. If a role is missing, ask an administrator.",
        device="Sign-in from a new device",
        device_what="Somebody signed in to your account on {at} (UTC) from a device or browser "
        "that was not used before.",
        device_do="If it was you, there is nothing to do. If not: sign out everywhere on {site}, "
        "change your password, and tell an administrator.",
        roles="Your roles were changed",
        granted="Granted",
        revoked="Revoked",
        revoked_all="All your roles were revoked.",
        roles_do="It holds in every region within a minute. If you did not expect it, ask an "
        "administrator.",
        more="and {more} more",
        why="{mail} has an account at carte. Mails about its security cannot be unsubscribed from.",
        names={
            Role.TILL: "till",
            Role.MANAGER: "manager",
            Role.EDITOR: "editor",
            Role.ADMIN: "administrator",
            Role.OPERATOR: "operator",
        },
        places={
            Scope.STORE: "{role} of store {place}",
            Scope.MARKET: "{role} of market {place}",
            Scope.CHAIN: "{role} of the chain",
        },
    ),
    "de": Texts(
        welcome="Willkommen bei carte",
        welcome_do="Sie haben sich zum ersten Mal angemeldet. Ihre Rollen, und was Sie damit tun "
        "können, stehen auf {site}. Fehlt eine Rolle, fragen Sie die Administration.",
        device="Anmeldung von einem neuen Gerät",
        device_what="Jemand hat sich am {at} (UTC) bei Ihrem Konto angemeldet, von einem Gerät "
        "oder Browser, der bisher nicht benutzt wurde.",
        device_do="Waren Sie es, ist nichts zu tun. Wenn nicht: Melden Sie sich auf {site} überall "
        "ab, ändern Sie Ihr Passwort und sagen Sie der Administration Bescheid.",
        roles="Ihre Rollen wurden geändert",
        granted="Erteilt",
        revoked="Entzogen",
        revoked_all="Alle Ihre Rollen wurden entzogen.",
        roles_do="Es gilt in jeder Region innerhalb einer Minute. Haben Sie es nicht erwartet, "
        "fragen Sie die Administration.",
        more="und {more} weitere",
        why="{mail} hat ein Konto bei carte. Mails zu seiner Sicherheit lassen sich nicht "
        "abbestellen.",
        names={
            Role.TILL: "Kasse",
            Role.MANAGER: "Filialleitung",
            Role.EDITOR: "Redaktion",
            Role.ADMIN: "Administration",
            Role.OPERATOR: "Betrieb",
        },
        places={
            Scope.STORE: "{role}, Filiale {place}",
            Scope.MARKET: "{role}, Markt {place}",
            Scope.CHAIN: "{role} der Kette",
        },
    ),
    "fr": Texts(
        welcome="Bienvenue chez carte",
        welcome_do="Vous vous êtes connecté pour la première fois. Vos rôles, et ce qu'ils vous "
        "permettent, sont sur {site}. S'il en manque un, demandez à l'administration.",
        device="Connexion depuis un nouvel appareil",
        device_what="Quelqu'un s'est connecté à votre compte le {at} (UTC) depuis un appareil ou "
        "un navigateur jamais utilisé auparavant.",
        device_do="Si c'était vous, il n'y a rien à faire. Sinon : déconnectez-vous partout sur "
        "{site}, changez votre mot de passe et prévenez l'administration.",
        roles="Vos rôles ont changé",
        granted="Accordés",
        revoked="Retirés",
        revoked_all="Tous vos rôles ont été retirés.",
        roles_do="C'est en vigueur dans chaque région en moins d'une minute. Si cela vous "
        "surprend, demandez à l'administration.",
        more="et {more} autres",
        why="{mail} a un compte chez carte. On ne peut pas se désabonner des courriels sur sa "
        "sécurité.",
        names={
            Role.TILL: "caisse",
            Role.MANAGER: "gérance",
            Role.EDITOR: "rédaction",
            Role.ADMIN: "administration",
            Role.OPERATOR: "exploitation",
        },
        places={
            Scope.STORE: "{role} du magasin {place}",
            Scope.MARKET: "{role} du marché {place}",
            Scope.CHAIN: "{role} de la chaîne",
        },
    ),
    "es": Texts(
        welcome="Le damos la bienvenida a carte",
        welcome_do="Ha iniciado sesión por primera vez. Sus funciones y lo que permiten están en "
        "{site}. Si falta alguna, pregunte a la administración.",
        device="Inicio de sesión desde un dispositivo nuevo",
        device_what="Alguien inició sesión en su cuenta el {at} (UTC) desde un dispositivo o "
        "navegador que no se había usado antes.",
        device_do="Si fue usted, no hay nada que hacer. Si no: cierre todas las sesiones en "
        "{site}, cambie su contraseña y avise a la administración.",
        roles="Sus funciones han cambiado",
        granted="Concedidas",
        revoked="Retiradas",
        revoked_all="Se le han retirado todas las funciones.",
        roles_do="Vale en todas las regiones en menos de un minuto. Si no lo esperaba, pregunte a "
        "la administración.",
        more="y {more} más",
        why="{mail} tiene una cuenta en carte. No es posible darse de baja de los correos sobre su "
        "seguridad.",
        names={
            Role.TILL: "caja",
            Role.MANAGER: "gerencia",
            Role.EDITOR: "edición",
            Role.ADMIN: "administración",
            Role.OPERATOR: "operación",
        },
        places={
            Scope.STORE: "{role} de la tienda {place}",
            Scope.MARKET: "{role} del mercado {place}",
            Scope.CHAIN: "{role} de la cadena",
        },
    ),
    "it": Texts(
        welcome="Benvenuto in carte",
        welcome_do="È il tuo primo accesso. I tuoi ruoli, e ciò che permettono, sono su {site}. Se "
        "ne manca uno, chiedi all'amministrazione.",
        device="Accesso da un nuovo dispositivo",
        device_what="Qualcuno ha effettuato l'accesso al tuo account il {at} (UTC) da un "
        "dispositivo o browser mai usato prima.",
        device_do="Se eri tu, non c'è nulla da fare. Altrimenti: esci ovunque su {site}, cambia la "
        "password e avvisa l'amministrazione.",
        roles="I tuoi ruoli sono cambiati",
        granted="Assegnati",
        revoked="Revocati",
        revoked_all="Tutti i tuoi ruoli sono stati revocati.",
        roles_do="Vale in ogni regione entro un minuto. Se non te l'aspettavi, chiedi "
        "all'amministrazione.",
        more="e altri {more}",
        why="{mail} ha un account su carte. Non è possibile disiscriversi dalle mail sulla sua "
        "sicurezza.",
        names={
            Role.TILL: "cassa",
            Role.MANAGER: "direzione",
            Role.EDITOR: "redazione",
            Role.ADMIN: "amministrazione",
            Role.OPERATOR: "esercizio",
        },
        places={
            Scope.STORE: "{role} del negozio {place}",
            Scope.MARKET: "{role} del mercato {place}",
            Scope.CHAIN: "{role} della catena",
        },
    ),
    "nl": Texts(
        welcome="Welkom bij carte",
        welcome_do="U hebt zich voor het eerst aangemeld. Uw rollen, en wat u ermee mag, staan op "
        "{site}. Ontbreekt er een, vraag het dan aan de beheerder.",
        device="Aanmelding vanaf een nieuw apparaat",
        device_what="Iemand heeft zich op {at} (UTC) bij uw account aangemeld vanaf een apparaat "
        "of browser die niet eerder is gebruikt.",
        device_do="Was u het, dan hoeft u niets te doen. Zo niet: meld u op {site} overal af, "
        "wijzig uw wachtwoord en waarschuw de beheerder.",
        roles="Uw rollen zijn gewijzigd",
        granted="Toegekend",
        revoked="Ingetrokken",
        revoked_all="Al uw rollen zijn ingetrokken.",
        roles_do="Het geldt binnen een minuut in elke regio. Had u dit niet verwacht, vraag het "
        "dan aan de beheerder.",
        more="en nog {more}",
        why="{mail} heeft een account bij carte. Voor mails over de beveiliging kunt u zich niet "
        "afmelden.",
        names={
            Role.TILL: "kassa",
            Role.MANAGER: "filiaalleiding",
            Role.EDITOR: "redactie",
            Role.ADMIN: "beheer",
            Role.OPERATOR: "exploitatie",
        },
        places={
            Scope.STORE: "{role} van winkel {place}",
            Scope.MARKET: "{role} van markt {place}",
            Scope.CHAIN: "{role} van de keten",
        },
    ),
    "ja": Texts(
        welcome="carte へようこそ",
        welcome_do="初めてサインインしました。あなたの役割とできることは {site} にあります。"
        "足りない役割があれば、管理者にお問い合わせください。",
        device="新しい端末からのサインイン",
        device_what="{at} (UTC) に、これまで使われていない端末またはブラウザから"
        "あなたのアカウントへサインインがありました。",
        device_do="ご本人であれば対応は不要です。心当たりがない場合は、{site} ですべての端末から"
        "サインアウトし、パスワードを変更して、管理者にお知らせください。",
        roles="役割が変更されました",
        granted="付与",
        revoked="取り消し",
        revoked_all="すべての役割が取り消されました。",
        roles_do="1 分以内にすべてのリージョンで有効になります。"
        "心当たりがない場合は、管理者にお問い合わせください。",
        more="ほか {more} 件",
        why="{mail} は carte のアカウントです。セキュリティに関するメールは停止できません。",
        names={
            Role.TILL: "レジ",
            Role.MANAGER: "店長",
            Role.EDITOR: "編集者",
            Role.ADMIN: "管理者",
            Role.OPERATOR: "運用担当",
        },
        places={
            Scope.STORE: "店舗 {place} の{role}",
            Scope.MARKET: "市場 {place} の{role}",
            Scope.CHAIN: "チェーンの{role}",
        },
    ),
}
"""Language, one of `markets.LOCALES`, to its words."""


def language_of(locale: str) -> str:
    """Return the language of mails for a locale of a person's account, such as `de-AT` or `fr_FR`.

    English where there are no words in it.
    """
    language = locale[:2].lower()
    return language if language in TEXTS and locale[2:3] in {"", "-", "_"} else "en"
