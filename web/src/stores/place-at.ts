// Which of the named places a point is, if it is one.
import { PLACE_IDS, PLACES, type Place, type PlaceId } from "../places.ts";

export const placeAt = (point: Place | undefined): PlaceId | undefined =>
  PLACE_IDS.find(
    (id) => PLACES[id].latitude === point?.latitude && PLACES[id].longitude === point.longitude,
  );
