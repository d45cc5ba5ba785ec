// Draws an item's picture in the browser: that of the build for catalog items, a similar one for others.
import { drawPicture, type Looks, lookFor } from "../../pictures/index.ts";
import looks from "../../pictures/looks.json";

export function drawnAddress(id: string, name: string, category: string): string {
  const look = (looks as unknown as Looks)[id] ?? lookFor(id, name, category);
  return `data:image/svg+xml,${encodeURIComponent(drawPicture(id, look))}`;
}
