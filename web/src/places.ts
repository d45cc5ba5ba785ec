// Places a reader can pretend to be in, to see which region answers there.

export interface Place {
  latitude: number;
  longitude: number;
}

/** WGS 84 degrees. Names are in the messages of each language, under the same ids. */
export const PLACES = {
  virginia: { latitude: 39.04, longitude: -77.49 },
  sanFrancisco: { latitude: 37.77, longitude: -122.42 },
  toronto: { latitude: 43.65, longitude: -79.38 },
  saoPaulo: { latitude: -23.55, longitude: -46.63 },
  dublin: { latitude: 53.35, longitude: -6.26 },
  london: { latitude: 51.51, longitude: -0.13 },
  paris: { latitude: 48.86, longitude: 2.35 },
  berlin: { latitude: 52.52, longitude: 13.4 },
  mumbai: { latitude: 19.08, longitude: 72.88 },
  singapore: { latitude: 1.35, longitude: 103.82 },
  tokyo: { latitude: 35.68, longitude: 139.69 },
  sydney: { latitude: -33.87, longitude: 151.21 },
} as const satisfies Record<string, Place>;

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
