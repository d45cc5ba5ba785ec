"""The allergens that menus declare."""

from enum import Enum


class Allergen(Enum):
    """The fourteen of EU Regulation 1169/2011, Annex II."""

    GLUTEN = "GLUTEN"
    MILK = "MILK"
    EGG = "EGG"
    SOY = "SOY"
    NUTS = "NUTS"
    PEANUT = "PEANUT"
    SESAME = "SESAME"
    SULPHITE = "SULPHITE"
    LUPIN = "LUPIN"
    CELERY = "CELERY"
    MUSTARD = "MUSTARD"
    FISH = "FISH"
    CRUSTACEAN = "CRUSTACEAN"
    MOLLUSC = "MOLLUSC"
