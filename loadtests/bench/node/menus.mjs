// The naive table's rows by one Query of AWS SDK v3, read without the document client's detours.
import { DynamoDBClient, GetItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import { opening } from "./opening.mjs";

const client = new DynamoDBClient({
  region: process.env.CARTE_REGION,
  endpoint: process.env.AWS_ENDPOINT_URL_DYNAMODB,
});

export async function rowsOf(storeId) {
  const answer = await client.send(
    new QueryCommand({
      TableName: "menus",
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": { S: `STORE#${storeId}` } },
    }),
  );
  return answer.Items;
}

export function menuFrom(rows, at, locale) {
  if (rows.length === 0) return null;
  const store = rows[0];
  const categories = [];
  for (let index = 1; index < rows.length; index += 1) {
    const row = rows[index];
    const last = categories.at(-1);
    if (last?.id !== row.category_id.S) {
      categories.push({ id: row.category_id.S, name: row.category_name.S, items: [itemOf(row)] });
    } else last.items.push(itemOf(row));
  }
  return {
    store: storeOf(store, at),
    version: store.version.S,
    currency: store.currency.S,
    locale: locale ?? store.locale.S,
    categories,
  };
}

function storeOf(row, at) {
  const hours = JSON.parse(row.hours.S);
  const [openNow, opensAt, closesAt] = opening(hours, row.time_zone.S, at);
  return {
    id: row.store_id.S,
    name: row.name.S,
    market: {
      id: row.market_id.S,
      country: row.market_country.S,
      currency: row.currency.S,
      locale: row.market_locale.S,
    },
    address: {
      street: row.street?.S ?? null,
      city: row.city.S,
      state: row.state?.S ?? null,
      postalCode: row.postal_code?.S ?? null,
      country: row.country.S,
    },
    latitude: Number(row.latitude.N),
    longitude: Number(row.longitude.N),
    timeZone: row.time_zone.S,
    hours: hours.map(([weekday, opens, closes]) => ({ weekday, opens, closes })),
    openNow,
    opensAt,
    closesAt,
  };
}

function itemOf(row) {
  return {
    id: row.item_id.S,
    name: row.name.S,
    description: row.description?.S ?? null,
    imageUrl: row.image_url?.S ?? null,
    price: { amountMinor: Number(row.price_minor.N), currency: row.currency.S },
    allergens: row.allergens.L.map((one) => one.S),
    calories: row.calories ? Number(row.calories.N) : null,
    availability: row.availability.S,
  };
}

export async function menuOf(storeId, at, locale) {
  return menuFrom(await rowsOf(storeId), at ?? Date.now(), locale);
}

export async function documentOf(storeId, at, locale) {
  const key = { pk: { S: `MENU#${storeId}` }, sk: { S: "#DOCUMENT" } };
  const answer = await client.send(new GetItemCommand({ TableName: "menus", Key: key }));
  if (!answer.Item) return null;
  const menu = JSON.parse(answer.Item.document.S);
  const { store } = menu;
  const hours = store.hours.map((span) => [span.weekday, span.opens, span.closes]);
  const [openNow, opensAt, closesAt] = opening(hours, store.timeZone, at ?? Date.now());
  return {
    ...menu,
    locale: locale ?? menu.locale,
    store: { ...store, openNow, opensAt, closesAt },
  };
}
