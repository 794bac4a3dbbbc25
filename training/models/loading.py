"""What a loader wrote, so that it can tell its own value from one that a person has put there since."""

from django.db import models
from django.utils import timezone


class LoadedRecord(models.Model):
    """`values` are the fields as they were loaded; a record somebody deleted leaves its row here and stays deleted."""

    origin = models.CharField(max_length=40)
    model = models.CharField(max_length=60)
    key = models.CharField(max_length=250)
    object_id = models.BigIntegerField()
    values = models.JSONField(default=dict)
    loaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "loaded record"
        constraints = [models.UniqueConstraint(fields=["origin", "model", "key"], name="loaded_record_once")]

    def __str__(self) -> str:
        return f"{self.model} {self.key}"
