"""The mutation type: one field per mutation."""

import strawberry

from graphql_schema.mutations.assortment import UpdateAssortmentPayload, update_assortment
from graphql_schema.mutations.catalog import (
    EditCatalogItemPayload,
    PublishCatalogPayload,
    edit_catalog_item,
    publish_catalog,
)
from graphql_schema.mutations.stock import (
    RecordSalePayload,
    RecordStockCountPayload,
    record_sale,
    record_stock_count,
)


@strawberry.type(
    description="Everything that can be changed; staff only. Every input carries an operationId: "
    "retry with the same one, in any region, and the effect happens once."
)
class Mutation:
    """See the description."""

    update_assortment: UpdateAssortmentPayload = strawberry.mutation(
        resolver=update_assortment,
        description="Set prices, listing and order of a store's items. Needs its manager.",
    )
    record_stock_count: RecordStockCountPayload = strawberry.mutation(
        resolver=record_stock_count,
        description="Record what someone counted in a store. Needs its manager.",
    )
    record_sale: RecordSalePayload = strawberry.mutation(
        resolver=record_sale, description="Record a sale of a store. Needs its manager."
    )
    edit_catalog_item: EditCatalogItemPayload = strawberry.mutation(
        resolver=edit_catalog_item,
        description="Set fields of a catalog item's draft. Needs chain:admin.",
    )
    publish_catalog: PublishCatalogPayload = strawberry.mutation(
        resolver=publish_catalog,
        description="Make a market's drafts its catalog in force. Needs chain:admin.",
    )
