"""Signing keys of issuers."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce


class IssuerKey(models.Model):
    """A signing key of an issuer, used on certain days; one at a time is in use.

    ``organisation`` empty: the region's own credit bank, which is no organisation. The private half is encrypted under
    the installation's key (``GUANTONG_IDENTITY_KEY``); the public half is open to all.
    """

    organisation = models.ForeignKey("orgs.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    issuer = models.CharField("名称", max_length=120, blank=True)
    """The organisation's name when the key was made; a new name means a new key. Empty for the credit bank."""
    key_id = models.CharField("密钥编号", max_length=32, unique=True)
    public_key = models.BinaryField("公钥", max_length=32)
    private_cipher = models.BinaryField("私钥密文")
    in_use_from = models.DateField("启用日期")
    until = models.DateField("停用日期", null=True)
    ended_reason = models.CharField("停用的理由", max_length=300, blank=True)

    class Meta:
        verbose_name = "签名密钥"
        constraints = [
            models.UniqueConstraint(
                Coalesce(F("organisation"), Value(0)), condition=Q(until=None), name="one_key_in_use_an_issuer"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("in_use_from")), name="key_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return self.key_id
