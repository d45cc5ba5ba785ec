// Draws an item's picture in the browser: of catalog items as the build does, of others a likeness.
import { drawPicture, type Looks, lookFor } from "../../pictures/index.ts";
import looks from "../../pictures/looks.json";

export function drawnAddress(id: string, name: string, category: string): string {
  const look = (looks as unknown as Looks)[id] ?? lookFor(id, name, category);
  return `data:image/svg+xml,${encodeURIComponent(drawPicture(id, look))}`;
}
