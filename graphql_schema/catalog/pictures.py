"""createPictureUpload: forms by which a browser uploads the picture of an item."""

from datetime import datetime
from typing import Annotated, Final

import strawberry

from graphql_schema.access import for_market
from graphql_schema.cost.directives import sized
from graphql_schema.info import Info
from graphql_schema.mutations import fields
from graphql_schema.mutations.errors import InvalidValueError, MutationError
from graphql_schema.mutations.running import (
    RefusedError,
    check_operation_id,
    existing_market,
    expected_failures,
    refusing_fields,
)
from services.domain.people.policy import Permission
from services.domain.picture_uploads import (
    PictureFile,
    addresses,
    checked_file,
    checked_item,
    checked_type,
)
from services.domain.pictures import ITEM_WIDTH, LIST_WIDTH, MAX_BYTES, TYPES

# Two files, to two regions each.
_FORMS: Final = 4
_FIELDS: Final = 12


@strawberry.input(description="One of the two files of a picture.")
class PictureFileInput:
    bytes: int = strawberry.field(description="Its size in bytes; the upload must have this size.")
    sha256: str = strawberry.field(
        description="SHA-256 of its content, 64 hexadecimal digits; the upload must have it."
    )


@strawberry.input(description="Prepares the upload of a picture of an item.")
class CreatePictureUploadInput:
    operation_id: strawberry.ID = fields.operation_id()
    market: strawberry.ID = strawberry.field(description="Id of the market.")
    item_id: strawberry.ID = strawberry.field(description="Id of the item, part of the address.")
    content_type: str = strawberry.field(description=f"Of both files: {' or '.join(TYPES)}.")
    list_file: PictureFileInput = strawberry.field(
        description=f"The file for lists, {LIST_WIDTH} pixels wide, at most "
        f"{MAX_BYTES[LIST_WIDTH]} bytes."
    )
    item_file: PictureFileInput = strawberry.field(
        description=f"The file for the item's page, {ITEM_WIDTH} pixels wide, at most "
        f"{MAX_BYTES[ITEM_WIDTH]} bytes."
    )


@strawberry.type(description="A field of the form that uploads a file of a picture.")
class PictureFormField:
    name: str = strawberry.field(description="The field's name.")
    value: str = strawberry.field(description="Its value.")


@strawberry.type(
    description="A form that uploads one file of a picture to the bucket of one region: POST it to "
    "`url` as multipart/form-data with all `fields` and then the field `file`."
)
class PictureForm:
    width: int = strawberry.field(
        description=f"Which file: {LIST_WIDTH}, that for lists, or {ITEM_WIDTH}."
    )
    region: str = strawberry.field(description="The AWS region of the bucket.")
    url: str = strawberry.field(description="Where to send the form.")
    fields: list[PictureFormField] = strawberry.field(
        description="Fields to send before the file.", directives=[sized(_FIELDS)]
    )


@strawberry.type(
    description="The forms that upload a picture, and the address that it has then. Send each file "
    "to every region: the picture is there once one region has both files, and safe from the loss "
    "of a region once two have."
)
class PictureUpload:
    image_url: str = strawberry.field(
        description="Its address on the site, for `imageUrl` of editCatalogItem. The same files "
        "have the same address, and what an address leads to never changes."
    )
    forms: list[PictureForm] = strawberry.field(
        description="A form for each file and region.", directives=[sized(_FORMS)]
    )
    expires_at: datetime = strawberry.field(description="Until when they are taken (UTC).")


@strawberry.type(description="What became of createPictureUpload.")
class CreatePictureUploadPayload:
    upload: PictureUpload | None = strawberry.field(description="The forms; null on errors.")
    errors: list[MutationError] = fields.errors()


CreatePictureUpload = Annotated[
    CreatePictureUploadInput, strawberry.argument(description="Which picture, and of which item.")
]


def create_picture_upload(info: Info, input: CreatePictureUpload) -> CreatePictureUploadPayload:  # noqa: A002
    """Make the forms of one picture; nothing is written, and a retry gets new forms."""
    context = info.context
    for_market(context, Permission.EDIT_CATALOG, input.market)
    errors: list[MutationError] = []
    upload: PictureUpload | None = None
    with expected_failures(errors):
        check_operation_id(input.operation_id)
        existing_market(input.market)
        uploads = context.services.picture_uploads
        if uploads is None:
            message = (
                "this deployment takes no pictures; set imageUrl to an address that begins with "
                "https, or to a path on the site"
            )
            raise RefusedError(InvalidValueError(message=message, path=[]))
        with refusing_fields(lambda field: field.split(".")):
            files = (
                _checked("listFile", LIST_WIDTH, input.list_file),
                _checked("itemFile", ITEM_WIDTH, input.item_file),
            )
            type_ = checked_type(input.content_type)
            paths = addresses(input.market, checked_item(input.item_id), type_, files)
        forms = [
            (file.width, region, form)
            for path, file in zip(paths, files, strict=True)
            for region, form in uploads.forms(path, type_, file)
        ]
        upload = PictureUpload(
            image_url=paths[1],
            forms=[
                PictureForm(
                    width=width,
                    region=region,
                    url=form.url,
                    fields=[
                        PictureFormField(name=name, value=value)
                        for name, value in form.fields.items()
                    ],
                )
                for width, region, form in forms
            ],
            expires_at=min(form.expires for _, _, form in forms),
        )
    return CreatePictureUploadPayload(upload=upload, errors=errors)


def _checked(field: str, width: int, file: PictureFileInput) -> PictureFile:
    return checked_file(field, width, file.bytes, file.sha256)


@strawberry.type
class PictureMutations:
    """Fields of `Mutation` about pictures of items."""

    create_picture_upload: CreatePictureUploadPayload = strawberry.mutation(
        resolver=create_picture_upload,
        description="Prepare the upload of a picture of an item. Needs an editor of the "
        "market. The draft refers to it only after editCatalogItem.",
        directives=fields.weight(),
    )
