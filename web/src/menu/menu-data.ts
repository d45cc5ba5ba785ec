// The parts of a menu query's answer that the components of a store's page share.
import type { MenuQuery } from "../generated/operations.ts";

export type Menu = NonNullable<MenuQuery["menu"]>;
export type Store = Menu["store"];
export type MenuItem = Menu["categories"][0]["items"][0];
