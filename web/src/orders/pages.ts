// The pages of items, carts and orders: code that a reader of menus does not load.
import "../styles/orders.css";

export { CartPage } from "./cart-page.tsx";
export { ItemPage } from "./item-page.tsx";
export { OrderPage } from "./order-page.tsx";
export { goOn } from "./placing.ts";
