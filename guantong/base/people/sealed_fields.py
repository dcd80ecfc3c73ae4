"""Columns whose text lies encrypted at rest under the installation's key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldError
from django.db import models

from guantong.base.people.crypto import keyring

if TYPE_CHECKING:
    _TextField = models.Field[str, str]
else:
    _TextField = models.Field


class SealedTextField(_TextField):
    """Text to the program, AES-GCM ciphertext in the database. It cannot be searched or compared there.

    Migrations see a plain binary column, so that they import no living code. Rows written past the ORM
    (``base.bulk``) are sealed by whoever writes them.
    """

    def __init__(self, *args: Any, purpose: str = "", **kwargs: Any) -> None:
        """``purpose`` binds the ciphertext to this column."""
        self.purpose = purpose
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.BinaryField", args, kwargs

    def get_internal_type(self) -> str:
        return "BinaryField"

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> Any:
        return connection.ops.binary_placeholder_sql(value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        sealed = super().get_db_prep_value(value, connection, prepared)
        return None if sealed is None else connection.Database.Binary(sealed)

    def get_prep_value(self, value: Any) -> bytes | None:
        return None if value is None else keyring().seal(str(value), self.purpose)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str | None:
        return None if value is None else keyring().open(bytes(value), self.purpose)

    def get_lookup(self, lookup_name: str) -> Any:
        """Only whether there is anything can be asked of the database."""
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted: it cannot be searched in the database")
        return super().get_lookup(lookup_name)
