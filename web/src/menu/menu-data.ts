// The parts of a menu query's answer that the components of a store's page share.
import type { MenuWithDietQuery } from "../generated/operations.ts";

export type Menu = NonNullable<MenuWithDietQuery["menu"]>;
export type Store = Menu["store"];
export type MenuItem = Menu["categories"][0]["items"][0];
