"""The cells of tallies take less room. Those that were kept are dropped, and tallied again by `keep_tallies`."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("training", "0018_scores_in_per_cent")]

    operations = [migrations.RunSQL("DELETE FROM training_rostertally", "DELETE FROM training_rostertally")]
