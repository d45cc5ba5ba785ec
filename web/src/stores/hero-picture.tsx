// The picture beside the search: three of the chain's donuts.
import { ItemPicture } from "../menu/item-picture.tsx";

const SHOWN = ["strawberry-sprinkle-ring", "pistachio-rose", "matcha-mochi-ring"];

export function HeroPicture() {
  return (
    <div class="hero-picture" aria-hidden="true">
      {SHOWN.map((id) => (
        <ItemPicture key={id} id={id} name="" category="" address={`/pictures/${id}.svg`} />
      ))}
    </div>
  );
}
