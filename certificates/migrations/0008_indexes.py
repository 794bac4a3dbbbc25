"""What everybody may ask is found by an index: a file by its hash, and the list of what no longer stands."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("certificates", "0007_templates")]

    operations = [
        migrations.AddIndex(
            model_name="certificate",
            index=models.Index(fields=["pdf_sha256"], name="certificate_by_file"),
        ),
        migrations.AddIndex(
            model_name="certificate",
            index=models.Index(
                condition=models.Q(("revoked_at__isnull", False)), fields=["serial"], name="certificate_revoked"
            ),
        ),
        migrations.AddIndex(
            model_name="certificate",
            index=models.Index(
                condition=models.Q(("superseded_at__isnull", False)), fields=["serial"], name="certificate_superseded"
            ),
        ),
    ]
