// Places a reader can pretend to be in, to see which region answers there.

export interface Place {
  latitude: number;
  longitude: number;
}

/** WGS 84 degrees, and the id of the market that the place is in. Names are in the messages of each language, under the same ids. */
export const PLACES = {
  virginia: { latitude: 39.04, longitude: -77.49, market: "us" },
  sanFrancisco: { latitude: 37.77, longitude: -122.42, market: "us" },
  toronto: { latitude: 43.65, longitude: -79.38, market: "ca" },
  saoPaulo: { latitude: -23.55, longitude: -46.63, market: "br" },
  dublin: { latitude: 53.35, longitude: -6.26, market: "ie" },
  london: { latitude: 51.51, longitude: -0.13, market: "gb" },
  paris: { latitude: 48.86, longitude: 2.35, market: "fr" },
  berlin: { latitude: 52.52, longitude: 13.4, market: "de" },
  mumbai: { latitude: 19.08, longitude: 72.88, market: "in" },
  singapore: { latitude: 1.35, longitude: 103.82, market: "sg" },
  tokyo: { latitude: 35.68, longitude: 139.69, market: "jp" },
  sydney: { latitude: -33.87, longitude: 151.21, market: "au" },
} as const satisfies Record<string, Place & { market: string }>;

export type PlaceId = keyof typeof PLACES;
export const PLACE_IDS = Object.keys(PLACES) as PlaceId[];

export const isPlaceId = (id: string): id is PlaceId => Object.hasOwn(PLACES, id);

/** Where a search looks first. Whole degrees, so that more readers share a cached answer. */
export const nearPlace = (
  id: string,
): { nearLatitude: number; nearLongitude: number } | Record<string, never> =>
  isPlaceId(id)
    ? {
        nearLatitude: Math.round(PLACES[id].latitude),
        nearLongitude: Math.round(PLACES[id].longitude),
      }
    : {};

/** The `x-carte-place` header by which the edge takes this for the position of the request. */
export const placeHeader = (id: string): string | undefined =>
  isPlaceId(id) ? `${PLACES[id].latitude},${PLACES[id].longitude}` : undefined;
