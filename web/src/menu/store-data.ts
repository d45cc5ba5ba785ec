// A store and its menu as schema.org describes them, for search engines.
import { localeIn } from "../formatting/address.ts";
import { minorDigits } from "../formatting/money.ts";
import type { Menu, MenuItem } from "./menu-data.ts";

/** The object of schema.org for a store's page (schema.org/Restaurant, schema.org/Menu). */
export function restaurantOf(menu: Menu, address: string): object {
  const { store } = menu;
  const locale = localeIn(menu.locale, store.market.id);
  const { street, city, state, postalCode, country } = store.address;
  return {
    "@type": "Restaurant",
    "@id": address,
    url: address,
    name: store.name,
    currenciesAccepted: menu.currency,
    address: {
      "@type": "PostalAddress",
      streetAddress: street ?? undefined,
      addressLocality: city,
      addressRegion: state ?? undefined,
      postalCode: postalCode ?? undefined,
      addressCountry: country,
    },
    geo: {
      "@type": "GeoCoordinates",
      latitude: store.latitude,
      longitude: store.longitude,
    },
    openingHoursSpecification: store.hours.map(({ weekday, opens, closes }) => ({
      "@type": "OpeningHoursSpecification",
      dayOfWeek: `https://schema.org/${weekday[0]}${weekday.slice(1).toLowerCase()}`,
      opens,
      closes: closes === "24:00" ? "23:59" : closes,
    })),
    hasMenu: {
      "@type": "Menu",
      inLanguage: menu.locale,
      hasMenuSection: menu.categories.map(({ name, items }) => ({
        "@type": "MenuSection",
        name,
        hasMenuItem: items.map((item) => menuItemOf(item, locale)),
      })),
    },
  };
}

/** The object of schema.org for an item (schema.org/MenuItem); the locale is that of the prices on its page. */
export function menuItemOf(item: MenuItem, locale?: string): object {
  const { amountMinor, currency } = item.price;
  const digits = minorDigits(currency, locale);
  return {
    "@type": "MenuItem",
    name: item.name,
    description: item.description ?? undefined,
    suitableForDiet: item.diet ? `https://schema.org/${DIETS[item.diet]}` : undefined,
    nutrition:
      item.calories === null
        ? undefined
        : { "@type": "NutritionInformation", calories: `${item.calories} calories` },
    offers: {
      "@type": "Offer",
      price: (amountMinor / 10 ** digits).toFixed(digits),
      priceCurrency: currency,
      availability: `https://schema.org/${AVAILABILITY[item.availability]}`,
    },
  };
}

const DIETS = { VEGETARIAN: "VegetarianDiet", VEGAN: "VeganDiet" } as const;

const AVAILABILITY = {
  AVAILABLE: "InStock",
  LOW: "LimitedAvailability",
  SOLD_OUT: "SoldOut",
} as const;
